namespace SecretProviders.Sds;

/// <summary>What one may set of a source that takes secrets from another SDS server.</summary>
public sealed class SdsSecretSourceOptions
{
    /// <summary>
    /// Gets the servers: <c>unix:/path/to/socket</c>, <c>http://host:port</c> (HTTP/2 in the clear) or
    /// <c>https://host:port</c>. Several serve the same secrets; one is used at a time.
    /// </summary>
    /// <value>There is no default; at least one must be added.</value>
    public IList<string> Addresses { get; } = [];

    /// <summary>Gets or sets a value indicating whether the incremental variant (<c>DeltaSecrets</c>) is spoken, which tells absence and removal at once.</summary>
    /// <value>The default is false: SPIRE and Istio's agent do not speak it.</value>
    public bool Delta { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether each name has a stream of its own from the start. Without it all names
    /// share one, until the server ends it because of a single name; then names are asked apart.
    /// </summary>
    /// <value>The default is false.</value>
    public bool PerName { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a secret may name files of this machine (<c>filename</c>), which are then
    /// read and followed. Whoever runs the servers can then have any file read that this process may read, as a generic
    /// secret for instance, and given to whoever may ask for the name.
    /// </summary>
    /// <value>The default is false: a secret that names a file is Invalid.</value>
    public bool AllowFilenames { get; set; }

    /// <summary>
    /// Gets or sets how long a stream that is up may be silent about a name until that means something: that there is no
    /// such secret, or with <see cref="Delta"/> that the version held is still the present one.
    /// </summary>
    /// <value>The default is 2 seconds; at least 100 milliseconds and shorter than <see cref="Timeout"/>.</value>
    public TimeSpan AbsentAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how long the first answer for a reference may take before it counts as Unavailable.</summary>
    /// <value>The default is 5 seconds; above zero and at most one day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how <c>https</c> is secured: trust, and the client certificate, which may be a secret of this same provider.</summary>
    /// <value>By default the system's trust and no client certificate.</value>
    public StoreTlsOptions Tls { get; } = new();

    /// <summary>Gets or sets the node id by which the servers know this client.</summary>
    /// <value>The default is <c>secretproviders</c>.</value>
    public string NodeId { get; set; } = "secretproviders";

    /// <summary>Gets or sets the node's cluster.</summary>
    /// <value>The default is empty.</value>
    public string NodeCluster { get; set; } = string.Empty;

    /// <summary>
    /// Gets or sets the time of silence after which a server is asked by an HTTP/2 ping whether it is still there, or
    /// null for never. Servers of gRPC's own libraries take more than one ping in five minutes as abuse.
    /// </summary>
    /// <value>The default is null; else from one second to one day.</value>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>Gets or sets the size of the largest response, in bytes. A larger one ends the stream.</summary>
    /// <value>The default is 16 MiB; from 64 KiB to 1 GiB.</value>
    public int MaxResponseBytes { get; set; } = 16 * 1024 * 1024;
}
