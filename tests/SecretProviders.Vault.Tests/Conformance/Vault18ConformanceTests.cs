using SecretProviders.ConformanceTests;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>The fake as Vault 1.8 under the suites.</summary>
public static class Vault18ConformanceTests
{
    public sealed class Read : SecretSourceReadTests<Vault18Harness>;

    public sealed class Watch : SecretSourceWatchTests<Vault18Harness>;

    public sealed class Failure : SecretSourceFailureTests<Vault18Harness>;

    public sealed class Rotation : SecretSourceRotationTests<Vault18Harness>;

    public sealed class Cancellation : SecretSourceCancellationTests<Vault18Harness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<Vault18Harness>;

    public sealed class Hygiene : SecretSourceHygieneTests<Vault18Harness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<Vault18Harness>;
}
