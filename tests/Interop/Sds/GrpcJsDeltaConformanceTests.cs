using SecretProviders.ConformanceTests;

namespace SecretProviders.Interop.Tests.Sds;

public static class GrpcJsDeltaConformanceTests
{
    public sealed class Read : SecretSourceReadTests<GrpcJsDeltaHarness>;

    public sealed class Watch : SecretSourceWatchTests<GrpcJsDeltaHarness>;

    public sealed class Failure : SecretSourceFailureTests<GrpcJsDeltaHarness>;

    public sealed class Rotation : SecretSourceRotationTests<GrpcJsDeltaHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<GrpcJsDeltaHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<GrpcJsDeltaHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<GrpcJsDeltaHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<GrpcJsDeltaHarness>;
}
