using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>
/// Smaller feeds while a whole selection is not permitted: one for each namespace instead of one for all of them, or
/// one for each name of a namespace.
/// </summary>
/// <param name="settings">What all watches share.</param>
/// <param name="selection">The whole.</param>
internal sealed class NarrowFeeds(WatchSettings settings, ObjectSelection selection)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ObjectFeed Feed, HashSet<WatchedObject> Members)> _feeds = [];
    private bool _open;

    /// <summary>Gets a value indicating whether objects are fed by smaller feeds now.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _open;
            }
        }
    }

    /// <summary>Begins to feed some objects by smaller feeds, and each that is added from now on.</summary>
    public void Open(IEnumerable<WatchedObject> all)
    {
        lock (_gate)
        {
            if (_open)
            {
                return;
            }

            _open = true;
            foreach (var watched in all)
            {
                AddLocked(watched);
            }
        }
    }

    /// <summary>Feeds an object by a smaller feed, if that is how they are fed now.</summary>
    public void Add(WatchedObject watched)
    {
        lock (_gate)
        {
            if (_open)
            {
                AddLocked(watched);
            }
        }
    }

    /// <summary>Ends to feed an object.</summary>
    /// <returns>Completes when nothing runs for it any more.</returns>
    public Task RemoveAsync(WatchedObject watched)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(PieceOf(watched), out var entry) || !entry.Members.Remove(watched))
            {
                return Task.CompletedTask;
            }

            if (entry.Members.Count > 0)
            {
                return entry.Feed.RemoveAsync(watched);
            }

            _feeds.Remove(PieceOf(watched));
            return entry.Feed.DisposeAsync().AsTask();
        }
    }

    /// <summary>Ends all feeds.</summary>
    /// <returns>Completes when nothing of them runs any more.</returns>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _open = false;
            var ends = Task.WhenAll(_feeds.Values.Select(static entry => entry.Feed.DisposeAsync().AsTask()).ToArray());
            _feeds.Clear();
            return ends;
        }
    }

    /// <summary>Proves and lists each anew; null when the whole is fed at once.</summary>
    public Task? RefreshAsync()
    {
        lock (_gate)
        {
            return _open ? Task.WhenAll(_feeds.Values.Select(static entry => entry.Feed.RefreshAsync()).ToArray()) : null;
        }
    }

    private string PieceOf(WatchedObject watched) => selection.Namespace is null ? watched.Key.Namespace : watched.Key.Name!;

    // Filled under the lock, so that no removal overtakes it; who listens to an object never comes back here.
    private void AddLocked(WatchedObject watched)
    {
        if (!_feeds.TryGetValue(PieceOf(watched), out var entry))
        {
            entry = (Create(watched), []);
            _feeds.Add(PieceOf(watched), entry);
        }

        if (entry.Members.Add(watched))
        {
            entry.Feed.Add(watched);
        }
    }

    private ObjectFeed Create(WatchedObject watched) => selection.Namespace is null
        ? new ObjectFeed(settings, selection with { Namespace = watched.Key.Namespace }, whole: false, mayNarrow: true)
        : new ObjectFeed(settings, selection with { Name = watched.Key.Name, MetadataOnly = false }, whole: false, mayNarrow: false);
}
