using SecretProviders.ConformanceTests;

namespace SecretProviders.Testing.Tests.Conformance;

public static class ToyConformanceTests
{
    public sealed class Read : SecretSourceReadTests<ToyHarness>;

    public sealed class Watch : SecretSourceWatchTests<ToyHarness>;

    public sealed class Failure : SecretSourceFailureTests<ToyHarness>;

    public sealed class Rotation : SecretSourceRotationTests<ToyHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<ToyHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<ToyHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<ToyHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<ToyHarness>;
}
