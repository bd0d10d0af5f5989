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

    /// <summary>
    /// Gets or sets what gives the key for a certificate that Vault signs (<c>pki/sign/ROLE</c>): one in an HSM
    /// (<see cref="PrivateKeyHandle"/>) or a local one of the host's (<see cref="PrivateKeyBytes"/>), RSA or elliptic on
    /// P-256, P-384 or P-521. Null, the default, makes a new key in memory for each certificate.
    /// </summary>
    /// <remarks>
    /// It is called with the route's reference for each certificate and so for each renewal, by any thread, for several
    /// references at once, and may give the same key again. Within <see cref="Timeout"/> the key must come and sign once.
    /// What it throws is Unavailable, or what the code of a <see cref="SecretSourceException"/> says. Vault is shown the public part alone.
    /// </remarks>
    public Func<SecretReference, CancellationToken, ValueTask<PrivateKey>>? SigningKey { get; set; }

    /// <summary>Gets how to log in: exactly one method.</summary>
    public VaultAuthOptions Auth { get; } = new();
}
