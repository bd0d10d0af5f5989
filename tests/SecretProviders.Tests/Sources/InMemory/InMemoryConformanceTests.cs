using SecretProviders.ConformanceTests;

namespace SecretProviders.Tests.Sources.InMemory;

public static class InMemoryConformanceTests
{
    public sealed class Read : SecretSourceReadTests<InMemoryHarness>;

    public sealed class Watch : SecretSourceWatchTests<InMemoryHarness>;

    public sealed class Failure : SecretSourceFailureTests<InMemoryHarness>;

    public sealed class Rotation : SecretSourceRotationTests<InMemoryHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<InMemoryHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<InMemoryHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<InMemoryHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<InMemoryHarness>;
}
