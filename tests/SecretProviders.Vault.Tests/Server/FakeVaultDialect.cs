namespace SecretProviders.Vault.Tests.Server;

/// <summary>Whose wire the fake speaks; they differ in statuses, texts and fields.</summary>
internal enum FakeVaultDialect
{
    /// <summary>Vault 1.8.</summary>
    Vault18,

    /// <summary>OpenBao 2.6.</summary>
    OpenBao26,
}
