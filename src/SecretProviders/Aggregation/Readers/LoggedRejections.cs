namespace SecretProviders.Aggregation.Readers;

/// <summary>
/// Which consumers were logged to have refused a name's newest refused version: one line each, also for one that
/// reconnects to refuse again. Bounded, since a consumer may call itself by ever new names.
/// </summary>
internal sealed class LoggedRejections
{
    /// <summary>How many consumers have a line for one version of a name.</summary>
    public const int MaxConsumers = 100;

    private SecretVersion _version;
    private HashSet<string>? _consumers;

    /// <summary>Tells whether a refusal deserves a line, and notes that it has one.</summary>
    public bool IsNews(string consumer, SecretVersion version)
    {
        if (_consumers is null || version != _version)
        {
            _version = version;
            _consumers = new HashSet<string>(StringComparer.Ordinal);
        }

        return _consumers.Count < MaxConsumers && _consumers.Add(consumer);
    }
}
