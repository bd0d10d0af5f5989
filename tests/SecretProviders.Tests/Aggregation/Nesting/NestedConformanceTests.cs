using SecretProviders.ConformanceTests;

namespace SecretProviders.Tests.Aggregation.Nesting;

public static class NestedConformanceTests
{
    public sealed class Read : SecretSourceReadTests<NestedHarness>;

    public sealed class Watch : SecretSourceWatchTests<NestedHarness>;

    public sealed class Failure : SecretSourceFailureTests<NestedHarness>;

    public sealed class Rotation : SecretSourceRotationTests<NestedHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<NestedHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<NestedHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<NestedHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<NestedHarness>;
}
