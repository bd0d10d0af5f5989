using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>The fake as Vault 1.8.</summary>
public sealed class Vault18Harness : FakeVaultHarness
{
    internal override FakeVaultDialect Dialect => FakeVaultDialect.Vault18;
}
