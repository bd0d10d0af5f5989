namespace SecretProviders.Vault;

/// <summary>How a source logs in to Vault: exactly one of these.</summary>
public sealed class VaultAuthOptions
{
    /// <summary>Gets or sets a token, for example the sink file of an agent.</summary>
    public SecretCredential? Token { get; set; }

    /// <summary>Gets or sets a login by AppRole.</summary>
    public VaultAppRoleOptions? AppRole { get; set; }

    /// <summary>Gets or sets a login by a Kubernetes service account.</summary>
    public VaultKubernetesOptions? Kubernetes { get; set; }

    /// <summary>Gets or sets a login by a JWT.</summary>
    public VaultJwtOptions? Jwt { get; set; }

    /// <summary>Gets or sets a login by a TLS client certificate.</summary>
    public VaultCertificateOptions? Certificate { get; set; }
}
