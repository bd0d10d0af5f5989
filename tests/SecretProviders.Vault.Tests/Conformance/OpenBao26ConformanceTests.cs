using SecretProviders.ConformanceTests;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>The fake as OpenBao 2.6 under the suites.</summary>
public static class OpenBao26ConformanceTests
{
    public sealed class Read : SecretSourceReadTests<OpenBao26Harness>;

    public sealed class Watch : SecretSourceWatchTests<OpenBao26Harness>;

    public sealed class Failure : SecretSourceFailureTests<OpenBao26Harness>;

    public sealed class Rotation : SecretSourceRotationTests<OpenBao26Harness>;

    public sealed class Cancellation : SecretSourceCancellationTests<OpenBao26Harness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<OpenBao26Harness>;

    public sealed class Hygiene : SecretSourceHygieneTests<OpenBao26Harness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<OpenBao26Harness>;
}
