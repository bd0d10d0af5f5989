using SecretProviders.ConformanceTests;

namespace SecretProviders.Vault.Tests.RealServer;

/// <summary>A real server under the suites.</summary>
public static class RealVaultConformanceTests
{
    public sealed class Read : SecretSourceReadTests<RealVaultHarness>;

    public sealed class Watch : SecretSourceWatchTests<RealVaultHarness>;

    public sealed class Failure : SecretSourceFailureTests<RealVaultHarness>;

    public sealed class Rotation : SecretSourceRotationTests<RealVaultHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<RealVaultHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<RealVaultHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<RealVaultHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<RealVaultHarness>;
}
