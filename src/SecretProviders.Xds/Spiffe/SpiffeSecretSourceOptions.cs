namespace SecretProviders.Spiffe;

/// <summary>What one may set of a source that takes identities and trust from the SPIFFE Workload API.</summary>
public sealed class SpiffeSecretSourceOptions
{
    /// <summary>Gets or sets where the Workload API is: <c>unix:///path/to/agent.sock</c> or <c>tcp://127.0.0.1:8000</c>.</summary>
    /// <value>The default is what the environment variable <c>SPIFFE_ENDPOINT_SOCKET</c> says when the host starts.</value>
    public string? Socket { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether a validation context is a flat list of anchors that hold for every peer,
    /// for consumers that know nothing of SPIFFE. Several trust domains are never made one: <c>ALL</c> is refused then.
    /// </summary>
    /// <value>The default is false: anchors are kept by trust domain, for Envoy's SPIFFE validator.</value>
    public bool FlatBundles { get; set; }

    /// <summary>Gets or sets how long the first answer for a reference may take before it counts as Unavailable.</summary>
    /// <value>The default is 5 seconds; above zero and at most one day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);
}
