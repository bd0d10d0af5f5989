using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>The fake as Vault 1.8 that issues.</summary>
public sealed class Vault18PkiHarness : PkiHarness
{
    internal override FakeVaultDialect Dialect => FakeVaultDialect.Vault18;

    protected override string Verb => "issue";
}
