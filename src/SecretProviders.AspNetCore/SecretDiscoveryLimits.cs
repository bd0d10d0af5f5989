namespace SecretProviders.AspNetCore;

/// <summary>
/// What the listeners of one server grant, all of them together. A peer is what the kernel vouches for: a user id on a
/// Unix socket, an IP address elsewhere.
/// </summary>
public sealed class SecretDiscoveryLimits
{
    /// <summary>Gets or sets how many connections may be open.</summary>
    /// <value>The default is 10,000.</value>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Gets or sets how many connections one peer may have open.</summary>
    /// <value>The default is 2,000.</value>
    public int MaxConnectionsPerPeer { get; set; } = 2_000;

    /// <summary>Gets or sets how many calls one peer may have open, over all its connections. Envoy opens one per secret.</summary>
    /// <value>The default is 100,000.</value>
    public int MaxStreamsPerPeer { get; set; } = 100_000;

    /// <summary>Gets or sets how many calls one connection may have open.</summary>
    /// <value>The default is 100,000.</value>
    public int MaxStreamsPerConnection { get; set; } = 100_000;

    /// <summary>Gets or sets how long a connection may have no call open, also before its first.</summary>
    /// <value>The default is 2 minutes.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets the time of silence after which a peer is pinged.</summary>
    /// <value>The default is 30 seconds; at least one second.</value>
    public TimeSpan PingDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long a peer may take to answer a ping before its connection is ended.</summary>
    /// <value>The default is 10 seconds; at least one second.</value>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
