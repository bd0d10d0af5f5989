namespace SecretProviders.Vault.Auth;

/// <summary>What to do with a token.</summary>
internal enum TokenStep
{
    /// <summary>Nothing: it lives for ever.</summary>
    Keep,

    /// <summary>Make its life longer.</summary>
    Renew,

    /// <summary>Log in for another one.</summary>
    LogIn,
}
