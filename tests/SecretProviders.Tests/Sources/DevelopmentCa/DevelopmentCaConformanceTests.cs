using SecretProviders.ConformanceTests;

namespace SecretProviders.Tests.Sources.DevelopmentCa;

public static class DevelopmentCaConformanceTests
{
    public sealed class Read : SecretSourceReadTests<DevelopmentCaHarness>;

    public sealed class Watch : SecretSourceWatchTests<DevelopmentCaHarness>;

    public sealed class Failure : SecretSourceFailureTests<DevelopmentCaHarness>;

    public sealed class Rotation : SecretSourceRotationTests<DevelopmentCaHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<DevelopmentCaHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<DevelopmentCaHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<DevelopmentCaHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<DevelopmentCaHarness>;
}
