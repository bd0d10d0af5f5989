using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>The fake as OpenBao 2.6.</summary>
public sealed class OpenBao26Harness : FakeVaultHarness
{
    internal override FakeVaultDialect Dialect => FakeVaultDialect.OpenBao26;
}
