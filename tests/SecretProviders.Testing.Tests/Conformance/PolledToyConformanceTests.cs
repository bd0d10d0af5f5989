using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

public static class PolledToyConformanceTests
{
    public sealed class Read : SecretSourceReadTests<PolledToyHarness>;

    public sealed class Watch : SecretSourceWatchTests<PolledToyHarness>;

    public sealed class Failure : SecretSourceFailureTests<PolledToyHarness>;

    public sealed class Rotation : SecretSourceRotationTests<PolledToyHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<PolledToyHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<PolledToyHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<PolledToyHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<PolledToyHarness>;
}
