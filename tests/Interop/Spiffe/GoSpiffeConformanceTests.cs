using SecretProviders.ConformanceTests;

namespace SecretProviders.Interop.Tests.Spiffe;

public static class GoSpiffeConformanceTests
{
    public sealed class Read : SecretSourceReadTests<GoSpiffeHarness>;

    public sealed class Watch : SecretSourceWatchTests<GoSpiffeHarness>;

    public sealed class Failure : SecretSourceFailureTests<GoSpiffeHarness>;

    public sealed class Rotation : SecretSourceRotationTests<GoSpiffeHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<GoSpiffeHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<GoSpiffeHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<GoSpiffeHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<GoSpiffeHarness>;
}
