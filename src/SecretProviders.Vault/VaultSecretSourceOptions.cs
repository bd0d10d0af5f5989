namespace SecretProviders.Vault;

/// <summary>What one may set of a source that serves secrets of HashiCorp Vault or OpenBao.</summary>
public sealed class VaultSecretSourceOptions
{
    /// <summary>Gets the servers of one cluster, <c>http://</c> or <c>https://</c>; the first that answers is used until it does not.</summary>
    public IList<string> Addresses { get; } = [];

    /// <summary>Gets or sets the namespace of every request, or null for the root's.</summary>
    /// <remarks>A server without namespaces ignores it without a word: then paths are read in its root.</remarks>
    public string? Namespace { get; set; }

    /// <summary>
    /// Gets how the connections are secured. The client certificate here is for servers that ask everybody for one; a
    /// login by certificate names its own.
    /// </summary>
    public StoreTlsOptions Tls { get; } = new();

    /// <summary>Gets or sets the time between two looks at a secret.</summary>
    /// <value>The default is 30 seconds; from one second to one day.</value>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long one read, one login and one renewal may take each.</summary>
    /// <value>The default is 5 seconds; above zero and at most one day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets a value indicating whether leased credentials that still live are revoked when the source is disposed.</summary>
    /// <value>The default is true.</value>
    public bool RevokeLeases { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether issued certificates that are still valid are revoked when the source is disposed.</summary>
    /// <value>The default is false: consumers may use them until somebody serves others.</value>
    public bool RevokeCertificates { get; set; }

    /// <summary>Gets how to log in: exactly one method.</summary>
    public VaultAuthOptions Auth { get; } = new();
}
