namespace SecretProviders.Xds;

/// <summary>Settings of the Secret Discovery Service. The defaults suit most hosts.</summary>
public sealed class SecretDiscoveryOptions
{
    /// <summary>
    /// Gets or sets how long an unacknowledged response holds back a newer version of the same secret on its stream.
    /// After that the newest version is sent all the same.
    /// </summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long <c>FetchSecrets</c> waits for names that no source has answered for yet.</summary>
    /// <value>The default is 3 seconds.</value>
    public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets how many names one stream may hold; the provider may set a lower limit per consumer.</summary>
    /// <value>The default is 20,000.</value>
    public int MaxNamesPerStream { get; set; } = 20_000;

    /// <summary>Gets or sets the size in bytes of the largest request that is read.</summary>
    /// <value>The default is 4 MiB, gRPC's usual limit.</value>
    public int MaxRequestSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Gets or sets what answers a first request without names, or one for <c>*</c>: the names that such a peer gets, as
    /// they are at that moment. Null gives it nothing: xDS defines the wildcard for other resources than secrets, and a
    /// server that hands out everything unasked discloses it.
    /// </summary>
    /// <value>The default is null.</value>
    public Func<IEnumerable<string>>? WildcardNames { get; set; }
}
