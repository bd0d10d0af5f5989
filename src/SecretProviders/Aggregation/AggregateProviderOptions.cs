namespace SecretProviders;

/// <summary>What an <see cref="AggregateProvider"/> needs beside its sources and routes.</summary>
public sealed class AggregateProviderOptions
{
    /// <summary>Gets the routes, in order; the first match wins.</summary>
    public IList<SecretRoute> Routes { get; } = [];

    /// <summary>Gets or sets how long a name is watched after its last reader. The default is 5 minutes.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how many names without a reader are watched at most; the one idle longest goes first. The default is 10,000.</summary>
    public int IdleNames { get; set; } = 10_000;

    /// <summary>Gets or sets how long the absence of a name without a reader is remembered. The default is 5 seconds.</summary>
    public TimeSpan NegativeCache { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how many names one consumer may hold. The default is 1,000.</summary>
    public int NamesPerConsumer { get; set; } = 1_000;

    /// <summary>
    /// Gets or sets the key under which the versions of ticket keys and generic values are made (HMAC-SHA-256), the
    /// same on every replica. Without it each process makes its own, and a consumer that changes replicas gets them again.
    /// </summary>
    public SensitiveBytes? VersionKey { get; set; }
}
