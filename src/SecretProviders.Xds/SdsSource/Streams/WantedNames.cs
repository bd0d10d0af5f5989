namespace SecretProviders.Sds;

/// <summary>The names that are wanted of a stream, and what changed since the last look. Safe for use by any number of threads.</summary>
internal sealed class WantedNames
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private HashSet<string> _added = new(StringComparer.Ordinal);
    private HashSet<string> _dropped = new(StringComparer.Ordinal);
    private HashSet<string> _reread = new(StringComparer.Ordinal);

    public void Add(string name)
    {
        lock (_gate)
        {
            _wanted.Add(name);
            _added.Add(name);
        }
    }

    public void Remove(string name)
    {
        lock (_gate)
        {
            _wanted.Remove(name);
            _added.Remove(name);
            _dropped.Add(name);
        }
    }

    /// <summary>The files of a name have been read.</summary>
    public void Reread(string name)
    {
        lock (_gate)
        {
            _reread.Add(name);
        }
    }

    /// <summary>The names have gone elsewhere; that is no change to be applied.</summary>
    public void Forget(IEnumerable<string> names)
    {
        lock (_gate)
        {
            _wanted.ExceptWith(names);
        }
    }

    /// <summary>Takes what changed. A name that went and came back in between is only among the added.</summary>
    public (IReadOnlyCollection<string> Dropped, IReadOnlyCollection<string> Added, IReadOnlyCollection<string> Reread) TakeChanges()
    {
        lock (_gate)
        {
            if (_added.Count + _dropped.Count + _reread.Count == 0)
            {
                return ([], [], []);
            }

            _dropped.ExceptWith(_wanted);
            var changes = (_dropped, _added, _reread);
            _dropped = new(StringComparer.Ordinal);
            _added = new(StringComparer.Ordinal);
            _reread = new(StringComparer.Ordinal);
            return changes;
        }
    }
}
