namespace SecretProviders.AspNetCore.Peers;

/// <summary>What one peer uses now.</summary>
internal sealed class PeerUse(string peer)
{
    private int _streams;

    public string Peer { get; } = peer;

    /// <summary>Gets or sets the number of its connections; guarded by the table.</summary>
    public int Connections { get; set; }

    /// <summary>Counts a stream in, unless there are too many.</summary>
    public bool TryOpenStream(int limit)
    {
        if (Interlocked.Increment(ref _streams) <= limit)
        {
            return true;
        }

        Interlocked.Decrement(ref _streams);
        return false;
    }

    public void CloseStream() => Interlocked.Decrement(ref _streams);
}
