using SecretProviders.ConformanceTests;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>The fake as Vault 1.8 that issues, under the suites.</summary>
public static class Vault18PkiConformanceTests
{
    public sealed class Read : SecretSourceReadTests<Vault18PkiHarness>;

    public sealed class Watch : SecretSourceWatchTests<Vault18PkiHarness>;

    public sealed class Failure : SecretSourceFailureTests<Vault18PkiHarness>;

    public sealed class Rotation : SecretSourceRotationTests<Vault18PkiHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<Vault18PkiHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<Vault18PkiHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<Vault18PkiHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<Vault18PkiHarness>;
}
