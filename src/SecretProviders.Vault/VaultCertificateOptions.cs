namespace SecretProviders.Vault;

/// <summary>A login by a TLS client certificate.</summary>
public sealed class VaultCertificateOptions
{
    /// <summary>Gets or sets where the method is mounted, without <c>auth/</c>.</summary>
    /// <value>The default is <c>cert</c>.</value>
    public string Mount { get; set; } = "cert";

    /// <summary>Gets or sets the name of the role; null lets Vault try all.</summary>
    public string? Role { get; set; }

    /// <summary>Gets or sets the certificate with its key; a new one means a new login.</summary>
    public SecretCredential? Certificate { get; set; }
}
