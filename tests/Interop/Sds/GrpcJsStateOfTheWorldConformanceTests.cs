using SecretProviders.ConformanceTests;

namespace SecretProviders.Interop.Tests.Sds;

public static class GrpcJsStateOfTheWorldConformanceTests
{
    public sealed class Read : SecretSourceReadTests<GrpcJsStateOfTheWorldHarness>;

    public sealed class Watch : SecretSourceWatchTests<GrpcJsStateOfTheWorldHarness>;

    public sealed class Failure : SecretSourceFailureTests<GrpcJsStateOfTheWorldHarness>;

    public sealed class Rotation : SecretSourceRotationTests<GrpcJsStateOfTheWorldHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<GrpcJsStateOfTheWorldHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<GrpcJsStateOfTheWorldHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<GrpcJsStateOfTheWorldHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<GrpcJsStateOfTheWorldHarness>;
}
