namespace SecretProviders.AspNetCore.Peers;

/// <summary>
/// Keeps a log readable whatever peers do: one line per peer and cause in <see cref="Window"/>, of a bounded number of
/// peers and causes. Safe for use by any number of threads.
/// </summary>
internal sealed class PeerCauses(TimeProvider timeProvider)
{
    /// <summary>How many peers are told apart; the log has no lines of more until the window is over.</summary>
    public const int MaxPeers = 1_000;

    /// <summary>How many causes of one peer are told apart.</summary>
    public const int MaxCauses = 8;

    /// <summary>After this time everything is news again.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<string>> _peers = new(StringComparer.Ordinal);
    private long _since = timeProvider.GetTimestamp();

    /// <summary>Tells whether this deserves a line, and notes that it has one.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="cause">Why, in words that the peer cannot choose.</param>
    public bool IsNews(string peer, string cause)
    {
        lock (_gate)
        {
            if (timeProvider.GetElapsedTime(_since) >= Window)
            {
                _peers.Clear();
                _since = timeProvider.GetTimestamp();
            }

            if (!_peers.TryGetValue(peer, out var causes))
            {
                if (_peers.Count == MaxPeers)
                {
                    return false;
                }

                _peers.Add(peer, causes = new HashSet<string>(StringComparer.Ordinal));
            }

            return causes.Count < MaxCauses && causes.Add(cause);
        }
    }
}
