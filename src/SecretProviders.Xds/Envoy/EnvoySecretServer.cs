namespace SecretProviders.Xds;

/// <summary>How an Envoy reaches an SDS server: what its secret references and its cluster are made of.</summary>
/// <remarks>
/// Envoy keys its secret providers by the bytes of the reference's <c>ConfigSource</c>: any change of a property makes
/// a new provider that has to fetch everything again. Choose once.
/// </remarks>
/// <param name="ClusterName">The name of the Envoy cluster that leads to the server.</param>
public sealed record EnvoySecretServer(string ClusterName)
{
    /// <summary>
    /// Gets the <c>:authority</c> of Envoy's requests, or null for Envoy's own choice (the cluster's name). Names that
    /// are no host name, such as Istio's <c>outbound|443||svc</c>, are refused by many HTTP/2 servers: set this then.
    /// </summary>
    public string? Authority { get; init; }

    /// <summary>Gets a value indicating whether Envoy speaks the incremental variant.</summary>
    public bool UseDelta { get; init; }

    /// <summary>
    /// Gets how long a listener or cluster waits for its first secret; null for Envoy's 15 seconds, zero for ever.
    /// </summary>
    public TimeSpan? InitialFetchTimeout { get; init; }
}
