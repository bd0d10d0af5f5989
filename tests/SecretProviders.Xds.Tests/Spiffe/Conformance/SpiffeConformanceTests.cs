using SecretProviders.ConformanceTests;

namespace SecretProviders.Xds.Tests.Spiffe.Conformance;

public static class SpiffeConformanceTests
{
    public sealed class Read : SecretSourceReadTests<FakeSpiffeHarness>;

    public sealed class Watch : SecretSourceWatchTests<FakeSpiffeHarness>;

    public sealed class Failure : SecretSourceFailureTests<FakeSpiffeHarness>;

    public sealed class Rotation : SecretSourceRotationTests<FakeSpiffeHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<FakeSpiffeHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<FakeSpiffeHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<FakeSpiffeHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<FakeSpiffeHarness>;
}
