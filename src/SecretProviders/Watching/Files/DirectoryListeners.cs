namespace SecretProviders.Watching;

/// <summary>Who listens to which names of one watched directory. Not safe for several threads.</summary>
/// <param name="directory">The directory's path when its watch began.</param>
internal sealed class DirectoryListeners(string directory)
{
    private readonly Dictionary<string, HashSet<IDirectoryListener>> _byName = new(StringComparer.Ordinal);

    public string Directory => directory;

    public void Add(string name, IDirectoryListener listener)
    {
        if (!_byName.TryGetValue(name, out var listeners))
        {
            _byName[name] = listeners = new HashSet<IDirectoryListener>(1);
        }

        listeners.Add(listener);
    }

    /// <summary>Removes a listener from a name.</summary>
    /// <returns>Whether nobody listens to anything any more.</returns>
    public bool Remove(string name, IDirectoryListener listener)
    {
        if (_byName.TryGetValue(name, out var listeners) && listeners.Remove(listener) && listeners.Count == 0)
        {
            _byName.Remove(name);
        }

        return _byName.Count == 0;
    }

    /// <summary>Gets whom a change of this entry concerns.</summary>
    public IDirectoryListener[] ListenersOf(string name)
    {
        _byName.TryGetValue(name, out var exact);
        // Hidden entries are the workshop of whoever swaps a directory (Kubernetes: ..data_tmp, ..2026_01_01);
        // they matter only to who depends on them by name.
        HashSet<IDirectoryListener>? any = null;
        if (!name.StartsWith('.'))
        {
            _byName.TryGetValue(string.Empty, out any);
        }

        return (exact, any) switch
        {
            (null, null) => [],
            (_, null) => [.. exact],
            (null, _) => [.. any],
            _ => [.. exact.Union(any)],
        };
    }

    public IDirectoryListener[] All() => [.. _byName.Values.SelectMany(static listeners => listeners).Distinct()];
}
