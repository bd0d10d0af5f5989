using SecretProviders.ConformanceTests;

namespace SecretProviders.Xds.Tests.Spiffe.Conformance;

public static class SpiffeBundleConformanceTests
{
    public sealed class Read : SecretSourceReadTests<FakeSpiffeBundleHarness>;

    public sealed class Watch : SecretSourceWatchTests<FakeSpiffeBundleHarness>;

    public sealed class Failure : SecretSourceFailureTests<FakeSpiffeBundleHarness>;

    public sealed class Rotation : SecretSourceRotationTests<FakeSpiffeBundleHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<FakeSpiffeBundleHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<FakeSpiffeBundleHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<FakeSpiffeBundleHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<FakeSpiffeBundleHarness>;
}
