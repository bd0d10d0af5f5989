using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Proofs;

/// <summary>The suites, to be run by hand against spoiled sources; not public, so the runner does not find them.</summary>
internal static class Probes
{
    internal sealed class Read<THarness> : SecretSourceReadTests<THarness>
        where THarness : SecretSourceHarness, new();

    internal sealed class Watch<THarness> : SecretSourceWatchTests<THarness>
        where THarness : SecretSourceHarness, new();

    internal sealed class Failure<THarness> : SecretSourceFailureTests<THarness>
        where THarness : SecretSourceHarness, new();

    internal sealed class Rotation<THarness> : SecretSourceRotationTests<THarness>
        where THarness : SecretSourceHarness, new();

    internal sealed class Cancellation<THarness> : SecretSourceCancellationTests<THarness>
        where THarness : SecretSourceHarness, new();

    internal sealed class Lifetime<THarness> : SecretSourceLifetimeTests<THarness>
        where THarness : SecretSourceHarness, new();

    internal sealed class Hygiene<THarness> : SecretSourceHygieneTests<THarness>
        where THarness : SecretSourceHarness, new();

    internal sealed class HostileNames<THarness> : SecretSourceHostileNamesTests<THarness>
        where THarness : SecretSourceHarness, new();
}
