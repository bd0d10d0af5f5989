namespace SecretProviders.Vault.Engines.Leases;

/// <summary>What to do with a lease when its secret is read again.</summary>
internal enum LeaseStep
{
    /// <summary>Nothing: it is young.</summary>
    Keep,

    /// <summary>Make its life longer.</summary>
    Renew,

    /// <summary>Ask for something new.</summary>
    Replace,
}
