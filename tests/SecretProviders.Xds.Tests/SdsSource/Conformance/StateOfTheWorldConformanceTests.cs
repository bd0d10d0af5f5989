using SecretProviders.ConformanceTests;

namespace SecretProviders.Xds.Tests.SdsSource;

public static class StateOfTheWorldConformanceTests
{
    public sealed class Read : SecretSourceReadTests<StateOfTheWorldHarness>;

    public sealed class Watch : SecretSourceWatchTests<StateOfTheWorldHarness>;

    public sealed class Failure : SecretSourceFailureTests<StateOfTheWorldHarness>;

    public sealed class Rotation : SecretSourceRotationTests<StateOfTheWorldHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<StateOfTheWorldHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<StateOfTheWorldHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<StateOfTheWorldHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<StateOfTheWorldHarness>;
}
