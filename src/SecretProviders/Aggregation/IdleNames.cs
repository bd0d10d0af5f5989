using SecretProviders.Resolution;

namespace SecretProviders.Aggregation;

/// <summary>
/// The names that nobody wants at the moment, the one idle longest first. They linger, bounded in number; an absent one
/// only as long as its absence is remembered. Guarded by the aggregate's gate.
/// </summary>
internal sealed class IdleNames(AggregateCore core, Action<NameEntry> schedule)
{
    private readonly LinkedList<NameEntry> _line = new();

    /// <summary>Puts a name into the line or takes it out, by whether it is wanted.</summary>
    public void Settle(NameEntry entry)
    {
        if (entry.IsRemoved || entry.IsWanted == (entry.IdleNode is null))
        {
            return;
        }

        if (entry.IsWanted)
        {
            _line.Remove(entry.IdleNode!);
            (entry.IdleNode, entry.IdleUntil) = (null, null);
        }
        else
        {
            entry.IdleNode = _line.AddLast(entry);
            entry.IdleUntil = Instants.After(core.Now, LingerOf(entry));
        }

        schedule(entry);
    }

    /// <summary>Renews the time of a name that was just asked for.</summary>
    public void Touch(NameEntry entry)
    {
        if (entry.IdleNode is { } node)
        {
            _line.Remove(node);
            _line.AddLast(node);
            entry.IdleUntil = Instants.After(core.Now, LingerOf(entry));
            schedule(entry);
        }
    }

    /// <summary>Shortens the time of a name that became absent while nobody wanted it.</summary>
    public void Changed(NameEntry entry)
    {
        if (entry.IdleNode is not null && entry.Snapshot.Status == SecretStatus.Absent)
        {
            entry.IdleUntil = Instants.Earliest(entry.IdleUntil, Instants.After(core.Now, core.Options.NegativeCache));
            schedule(entry);
        }
    }

    /// <summary>Tells whether a name's time is over.</summary>
    public bool IsOver(NameEntry entry)
    {
        // Another name may have come to need it: that takes it out of the line only now.
        if (entry.IsWanted)
        {
            Settle(entry);
        }

        if (entry.IdleNode is not { } node || entry.IdleUntil > core.Now)
        {
            return false;
        }

        _line.Remove(node);
        entry.IdleNode = null;
        return true;
    }

    /// <summary>Takes the name idle longest when there are too many, else null.</summary>
    public NameEntry? TakeExcess()
    {
        while (_line.Count > core.Options.IdleNames && _line.First!.Value.IsWanted)
        {
            Settle(_line.First.Value);
        }

        if (_line.Count <= core.Options.IdleNames)
        {
            return null;
        }

        var oldest = _line.First!.Value;
        _line.RemoveFirst();
        oldest.IdleNode = null;
        return oldest;
    }

    private TimeSpan LingerOf(NameEntry entry) =>
        entry.Snapshot.Status == SecretStatus.Absent ? core.Options.NegativeCache : core.Options.Linger;
}
