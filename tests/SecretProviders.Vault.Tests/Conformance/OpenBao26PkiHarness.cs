using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Conformance;

/// <summary>The fake as OpenBao 2.6 that signs, by an intermediate authority.</summary>
public sealed class OpenBao26PkiHarness : PkiHarness
{
    internal override FakeVaultDialect Dialect => FakeVaultDialect.OpenBao26;

    protected override string Verb => "sign";
}
