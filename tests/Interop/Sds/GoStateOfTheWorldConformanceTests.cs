using SecretProviders.ConformanceTests;

namespace SecretProviders.Interop.Tests.Sds;

public static class GoStateOfTheWorldConformanceTests
{
    public sealed class Read : SecretSourceReadTests<GoStateOfTheWorldHarness>;

    public sealed class Watch : SecretSourceWatchTests<GoStateOfTheWorldHarness>;

    public sealed class Failure : SecretSourceFailureTests<GoStateOfTheWorldHarness>;

    public sealed class Rotation : SecretSourceRotationTests<GoStateOfTheWorldHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<GoStateOfTheWorldHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<GoStateOfTheWorldHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<GoStateOfTheWorldHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<GoStateOfTheWorldHarness>;
}
