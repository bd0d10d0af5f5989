namespace SecretProviders;

/// <summary>How the connection of a source to its store is secured.</summary>
public sealed class StoreTlsOptions
{
    /// <summary>Gets or sets the trust by which the store's certificate is judged, all that it demands included, or null for the system's.</summary>
    public SecretCredential? Ca { get; set; }

    /// <summary>Gets or sets the client certificate, or null for none.</summary>
    public SecretCredential? Certificate { get; set; }

    /// <summary>Gets or sets the name that the store's certificate must hold, or null for the address's host.</summary>
    public string? ServerName { get; set; }
}
