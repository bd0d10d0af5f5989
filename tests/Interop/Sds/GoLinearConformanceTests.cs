using SecretProviders.ConformanceTests;

namespace SecretProviders.Interop.Tests.Sds;

public static class GoLinearConformanceTests
{
    public sealed class Read : SecretSourceReadTests<GoLinearHarness>;

    public sealed class Watch : SecretSourceWatchTests<GoLinearHarness>;

    public sealed class Failure : SecretSourceFailureTests<GoLinearHarness>;

    public sealed class Rotation : SecretSourceRotationTests<GoLinearHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<GoLinearHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<GoLinearHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<GoLinearHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<GoLinearHarness>;
}
