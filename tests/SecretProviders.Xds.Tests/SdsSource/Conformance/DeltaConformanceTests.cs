using SecretProviders.ConformanceTests;

namespace SecretProviders.Xds.Tests.SdsSource;

public static class DeltaConformanceTests
{
    public sealed class Read : SecretSourceReadTests<DeltaHarness>;

    public sealed class Watch : SecretSourceWatchTests<DeltaHarness>;

    public sealed class Failure : SecretSourceFailureTests<DeltaHarness>;

    public sealed class Rotation : SecretSourceRotationTests<DeltaHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<DeltaHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<DeltaHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<DeltaHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<DeltaHarness>;
}
