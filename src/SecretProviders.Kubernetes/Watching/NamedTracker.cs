using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>
/// Follows single objects by their names among any number of others, of which it keeps the names: who asks for one
/// that does not exist is answered without a question to the store.
/// </summary>
/// <param name="selection">What the lists and watches are about.</param>
/// <param name="fetch">Reads objects for themselves; completes by <see cref="Fetched"/>.</param>
internal sealed class NamedTracker(ObjectSelection selection, Action<IReadOnlyCollection<WatchedObject>> fetch) : ObjectTracker
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectName, WatchedObject> _byName = [];
    private readonly HashSet<WatchedObject> _seen = [];
    private HashSet<ObjectName>? _names;
    private HashSet<ObjectName>? _listing;
    private string _version = "";
    private long _epoch;
    private bool _isLate;

    /// <summary>Gets the list, and the watch after it, that what is read now belongs to.</summary>
    public long Epoch
    {
        get
        {
            lock (_gate)
            {
                return _epoch;
            }
        }
    }

    /// <summary>Gets a value indicating whether a list of everything is under way.</summary>
    public bool IsListing
    {
        get
        {
            lock (_gate)
            {
                return _listing is not null;
            }
        }
    }

    /// <summary>Gets how many objects there are, whether they are followed or not.</summary>
    public int Names
    {
        get
        {
            lock (_gate)
            {
                return _names?.Count ?? 0;
            }
        }
    }

    /// <inheritdoc/>
    public override void Begin()
    {
        lock (_gate)
        {
            _epoch = NewEpoch();
            (_listing, _isLate) = ([], false);
            _seen.Clear();
        }
    }

    /// <inheritdoc/>
    public override void See(WatchEventType type, RawObject item, ObjectMetadata metadata)
    {
        if (Note(type, metadata) is not { } noted)
        {
            return;
        }

        var (watched, epoch, listing) = noted;
        if (type == WatchEventType.Deleted)
        {
            watched.Learn([], metadata.ResourceVersion, epoch);
        }
        else if (watched.Knows(metadata, item.IsImmutable || selection.MetadataOnly, epoch))
        {
            return;
        }
        else if (!selection.MetadataOnly)
        {
            watched.Learn([ObjectDecoder.Decode(selection.Resource, item, metadata)], metadata.ResourceVersion, epoch);
        }
        else if (!listing)
        {
            fetch([watched]);
        }
        else
        {
            Unsee(watched);
        }
    }

    /// <inheritdoc/>
    public override void End(string version)
    {
        List<WatchedObject> absent = [];
        List<WatchedObject> unread = [];
        long epoch;
        lock (_gate)
        {
            _names = _listing ?? [];
            _listing = null;
            _version = version;
            epoch = _epoch;
            foreach (var (name, watched) in _byName)
            {
                if (!_names.Contains(name))
                {
                    absent.Add(watched);
                }
                else if (!_seen.Contains(watched))
                {
                    unread.Add(watched);
                }
            }

            _seen.Clear();
        }

        absent.ForEach(watched => watched.Learn([], version, epoch));
        Regain();
        EndRound();
        Fetch(unread);
    }

    /// <inheritdoc/>
    public override void Late()
    {
        WatchedObject[] waiting;
        lock (_gate)
        {
            if (_listing is not { Count: 0 })
            {
                return;
            }

            _isLate = true;
            waiting = [.. _byName.Values];
        }

        Fetch([.. waiting.Where(static watched => !watched.View.IsKnown)]);
    }

    /// <summary>Takes the answer of a single read.</summary>
    /// <param name="watched">What was read.</param>
    /// <param name="found">The object, or null.</param>
    /// <param name="version">The version at which this is so.</param>
    /// <param name="epoch">The epoch in which it was asked for.</param>
    public void Fetched(WatchedObject watched, KubernetesObject? found, string version, long epoch)
    {
        lock (_gate)
        {
            // A list that began meanwhile knows better, and asks again for what it does not.
            if (epoch != _epoch)
            {
                return;
            }
        }

        watched.Learn(found is null ? [] : [found], version, epoch, Outage);
    }

    /// <inheritdoc/>
    protected override void OnAdded(WatchedObject watched)
    {
        bool absent;
        string version;
        long epoch;
        lock (_gate)
        {
            _byName[ObjectName.Of(watched)] = watched;
            if ((_names is null || _listing is not null) && !(_isLate && _listing is { Count: 0 }))
            {
                return;
            }

            (absent, version, epoch) = (_listing is null && !_names!.Contains(ObjectName.Of(watched)), _version, _epoch);
        }

        if (absent)
        {
            watched.Learn([], version, epoch, Outage);
        }
        else
        {
            fetch([watched]);
        }
    }

    /// <inheritdoc/>
    protected override void OnRemoved(WatchedObject watched)
    {
        lock (_gate)
        {
            _byName.Remove(ObjectName.Of(watched));
            _seen.Remove(watched);
        }
    }

    /// <inheritdoc/>
    protected override void OnHandedOver()
    {
        lock (_gate)
        {
            (_names, _listing) = (null, null);
            _seen.Clear();
        }
    }

    private void Fetch(List<WatchedObject> all)
    {
        if (all.Count > 0)
        {
            fetch(all);
        }
    }

    private (WatchedObject Watched, long Epoch, bool Listing)? Note(WatchEventType type, ObjectMetadata metadata)
    {
        lock (_gate)
        {
            var name = new ObjectName(selection.Namespace ?? string.Intern(metadata.Namespace), metadata.Name);
            var names = _listing ?? (_names ??= []);
            if (type == WatchEventType.Deleted)
            {
                names.Remove(name);
            }
            else
            {
                names.Add(name);
            }

            _version = metadata.ResourceVersion;
            if (!_byName.TryGetValue(name, out var watched))
            {
                return null;
            }

            if (_listing is not null)
            {
                _seen.Add(watched);
            }

            return (watched, _epoch, _listing is not null);
        }
    }

    private void Unsee(WatchedObject watched)
    {
        lock (_gate)
        {
            _seen.Remove(watched);
        }
    }
}
