using System.Diagnostics.CodeAnalysis;

namespace SecretProviders.Polling;

/// <summary>
/// What reading created and nobody watches any more: kept until it ends, so that coming and going does not create it
/// again and again. What has ended is dropped at the next use.
/// </summary>
internal sealed class KeptSecrets(TimeProvider timeProvider)
{
    private const int CompactAt = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<SecretReference, Kept> _kept = [];
    private readonly PriorityQueue<SecretReference, DateTimeOffset> _ends = new();

    public int Count
    {
        get
        {
            lock (_gate)
            {
                DropEndedLocked();
                return _kept.Count;
            }
        }
    }

    /// <summary>Gets how many ends are remembered.</summary>
    public int Ends
    {
        get
        {
            lock (_gate)
            {
                return _ends.Count;
            }
        }
    }

    /// <summary>Keeps a secret, if reading created it and it has not ended.</summary>
    /// <param name="reference">Where it was read.</param>
    /// <param name="found">The secret, or null.</param>
    /// <param name="nextRead">When it is to be renewed, once somebody watches it again; null for never.</param>
    public void Keep(SecretReference reference, SecretState.Found? found, DateTimeOffset? nextRead)
    {
        if (found is not { Minted: true })
        {
            return;
        }

        var end = Renewal.EndOf(found) ?? DateTimeOffset.MaxValue;

        lock (_gate)
        {
            _kept[reference] = new Kept(found, nextRead, end);
            _ends.Enqueue(reference, end);
            DropEndedLocked();
            CompactLocked();
        }
    }

    /// <summary>Takes a secret back for a new watcher.</summary>
    public bool TryTake(SecretReference reference, [NotNullWhen(true)] out Kept? kept)
    {
        lock (_gate)
        {
            DropEndedLocked();
            return _kept.Remove(reference, out kept);
        }
    }

    /// <summary>Takes all that has not ended yet.</summary>
    public KeyValuePair<SecretReference, SecretState.Found>[] TakeAll()
    {
        lock (_gate)
        {
            DropEndedLocked();
            var all = _kept.Select(static one => KeyValuePair.Create(one.Key, one.Value.Found)).ToArray();
            _kept.Clear();
            _ends.Clear();
            return all;
        }
    }

    // What is taken back leaves its end behind, a certificate's months ahead.
    private void CompactLocked()
    {
        if (_ends.Count < CompactAt || _ends.Count < _kept.Count * 2)
        {
            return;
        }

        _ends.Clear();
        _ends.EnqueueRange(_kept.Select(static one => (one.Key, one.Value.End)));
    }

    private void DropEndedLocked()
    {
        var now = timeProvider.GetUtcNow();
        while (_ends.TryPeek(out var reference, out var end) && end <= now)
        {
            _ends.Dequeue();

            // It may have been taken, renewed and kept again meanwhile.
            if (_kept.TryGetValue(reference, out var kept) && kept.End <= now)
            {
                _kept.Remove(reference);
            }
        }
    }

    internal sealed record Kept(SecretState.Found Found, DateTimeOffset? NextRead, DateTimeOffset End);
}
