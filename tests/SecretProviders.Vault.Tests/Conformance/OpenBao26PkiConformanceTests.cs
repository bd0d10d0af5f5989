using SecretProviders.ConformanceTests;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>The fake as OpenBao 2.6 that signs, by an intermediate authority, under the suites.</summary>
public static class OpenBao26PkiConformanceTests
{
    public sealed class Read : SecretSourceReadTests<OpenBao26PkiHarness>;

    public sealed class Watch : SecretSourceWatchTests<OpenBao26PkiHarness>;

    public sealed class Failure : SecretSourceFailureTests<OpenBao26PkiHarness>;

    public sealed class Rotation : SecretSourceRotationTests<OpenBao26PkiHarness>;

    public sealed class Cancellation : SecretSourceCancellationTests<OpenBao26PkiHarness>;

    public sealed class Lifetime : SecretSourceLifetimeTests<OpenBao26PkiHarness>;

    public sealed class Hygiene : SecretSourceHygieneTests<OpenBao26PkiHarness>;

    public sealed class HostileNames : SecretSourceHostileNamesTests<OpenBao26PkiHarness>;
}
