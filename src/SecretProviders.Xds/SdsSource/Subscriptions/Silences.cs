namespace SecretProviders.Sds;

/// <summary>For which names a stream that is up is silent, and when that means something. For one user at a time.</summary>
internal sealed class Silences
{
    private readonly PriorityQueue<SubscribedName, TimeSpan> _due = new();

    /// <summary>Gets when silence next means something, or null.</summary>
    public TimeSpan? Next
    {
        get
        {
            // An answer does not look for its name in here.
            while (_due.TryPeek(out var entry, out var at) && entry.SilentAt != at)
            {
                _due.Dequeue();
            }

            return _due.TryPeek(out _, out var first) ? first : null;
        }
    }

    public void Await(SubscribedName entry, TimeSpan until)
    {
        entry.SilentAt = until;
        _due.Enqueue(entry, until);
    }

    /// <summary>Takes a name whose silence means something now, or returns null.</summary>
    public SubscribedName? Take(TimeSpan now)
    {
        if (!(Next <= now))
        {
            return null;
        }

        var entry = _due.Dequeue();
        entry.SilentAt = null;
        return entry;
    }

    /// <summary>Awaits a name no more: from now on another stream may, on another thread.</summary>
    public void Forget(SubscribedName entry)
    {
        entry.SilentAt = null;
        while (_due.Remove(entry, out _, out _))
        {
            // It may have been awaited more than once.
        }
    }

    public void Clear() => _due.Clear();
}
