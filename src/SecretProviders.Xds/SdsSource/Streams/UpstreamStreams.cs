using System.Collections.Immutable;

namespace SecretProviders.Sds;

/// <summary>
/// Which reference wants which name, and which stream asks for it: one stream for all; or one for each, also while there
/// are names because of which the server ends streams. Safe for use by any number of threads.
/// </summary>
/// <param name="perName">Whether each name has a stream of its own from the start.</param>
/// <param name="maxNames">How many names one stream asks for at most.</param>
/// <param name="create">Makes a stream with names that it asks for from the start, and has it run.</param>
/// <param name="publish">Takes the states.</param>
internal sealed class UpstreamStreams(
    bool perName, int maxNames, Func<IReadOnlyList<SubscribedName>, IStreamOwner, IUpstreamStream> create, Action<SecretReference, SecretState> publish) : IStreamOwner
{
    // Of a server that fails whatever it is asked. One bad name among 256 takes 8 streams.
    private const int MaxFaulty = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, WantedName> _wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<IUpstreamStream, int> _load = [];

    // Those that servers end because of what is asked, and whether that is a refusal.
    private readonly Dictionary<IUpstreamStream, bool> _blamed = [];
    private IUpstreamStream? _open;

    private bool IsApart => perName || _blamed.ContainsValue(true) || _blamed.Count is > 0 and < MaxFaulty;

    public void Watch(SecretReference reference)
    {
        lock (_gate)
        {
            if (_wanted.TryGetValue(reference.Key, out var wanted))
            {
                wanted.References = wanted.References.Add(reference);
                wanted.Stream.Add(reference.Key);
                return;
            }

            var stream = IsApart ? CreateLocked([]) : OpenLocked();
            _load[stream]++;
            _wanted.Add(reference.Key, new WantedName(stream) { References = [reference] });
            stream.Add(reference.Key);
        }
    }

    public void Release(SecretReference reference)
    {
        lock (_gate)
        {
            if (!_wanted.TryGetValue(reference.Key, out var wanted))
            {
                return;
            }

            wanted.References = wanted.References.Remove(reference);
            if (wanted.References.IsEmpty)
            {
                _wanted.Remove(reference.Key);
                _load[wanted.Stream]--;
                wanted.Stream.Remove(reference.Key);
            }
        }
    }

    /// <summary>The files that a name's secret refers to have been read.</summary>
    public void Reread(string name)
    {
        lock (_gate)
        {
            if (_wanted.TryGetValue(name, out var wanted))
            {
                wanted.Stream.Reread(name);
            }
        }
    }

    /// <summary>Ends the waits before the next attempts: of the stream that asks for a reference, or of all.</summary>
    public void Reconnect(SecretReference? reference)
    {
        lock (_gate)
        {
            foreach (var stream in _load.Keys.Where(stream => reference is null || _wanted.GetValueOrDefault(reference.Key)?.Stream == stream))
            {
                stream.Reconnect();
            }
        }
    }

    public void Publish(IUpstreamStream stream, string name, SecretState state)
    {
        ImmutableArray<SecretReference> references;
        lock (_gate)
        {
            references = _wanted.TryGetValue(name, out var wanted) && wanted.Stream == stream ? wanted.References : [];
        }

        foreach (var reference in references)
        {
            publish(reference, state);
        }
    }

    public bool Blame(IUpstreamStream stream, bool isRefusal)
    {
        lock (_gate)
        {
            _blamed[stream] = isRefusal;
            return isRefusal || _blamed.Count < MaxFaulty;
        }
    }

    public void Absolve(IUpstreamStream stream)
    {
        lock (_gate)
        {
            _blamed.Remove(stream);
        }
    }

    public void Separate(IUpstreamStream stream, IReadOnlyList<SubscribedName> names)
    {
        SubscribedName[] moved;
        lock (_gate)
        {
            moved = [.. names.Where(name => _wanted.TryGetValue(name.Name, out var wanted) && wanted.Stream == stream)];
            if (moved.Length != 0)
            {
                MoveLocked(stream, moved);
            }
        }

        // Not inside the lock: files tell of themselves from within a lock of their own.
        foreach (var gone in names.Except(moved))
        {
            gone.LeaveFiles();
        }
    }

    public bool TryRetire(IUpstreamStream stream)
    {
        lock (_gate)
        {
            if (_load[stream] != 0)
            {
                return false;
            }

            _load.Remove(stream);
            _blamed.Remove(stream);
            _open = _open == stream ? null : _open;
            return true;
        }
    }

    // While servers end streams because of what is asked, newcomers put none at risk that they let stand.
    private IUpstreamStream OpenLocked()
    {
        if (_open is not { } open || _load[open] >= maxNames || (_blamed.Count != 0 && !_blamed.ContainsKey(open)))
        {
            _open = open = CreateLocked([]);
            if (_blamed.Count != 0)
            {
                _blamed[open] = false;
            }
        }

        return open;
    }

    private void MoveLocked(IUpstreamStream stream, SubscribedName[] names)
    {
        var target = CreateLocked(names);
        if (_blamed.TryGetValue(stream, out var isRefusal))
        {
            _blamed[target] = isRefusal;
        }

        _load[stream] -= names.Length;
        _load[target] += names.Length;
        foreach (var name in names)
        {
            _wanted[name.Name].Stream = target;

            // Who left it and came back meanwhile has asked the old stream for it again.
            stream.Remove(name.Name);
        }
    }

    private IUpstreamStream CreateLocked(IReadOnlyList<SubscribedName> names)
    {
        var stream = create(names, this);
        _load.Add(stream, 0);
        return stream;
    }

    private sealed class WantedName(IUpstreamStream stream)
    {
        public IUpstreamStream Stream { get; set; } = stream;

        public ImmutableArray<SecretReference> References { get; set; }
    }
}
