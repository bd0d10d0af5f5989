using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>One feed for each name, while the whole selection is not permitted.</summary>
/// <param name="settings">What all watches share.</param>
/// <param name="selection">The whole.</param>
internal sealed class NarrowFeeds(WatchSettings settings, ObjectSelection selection)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<WatchedObject, ObjectFeed> _feeds = [];
    private bool _open;

    /// <summary>Begins to feed each of some objects on its own, and each that is added from now on.</summary>
    public void Open(IEnumerable<WatchedObject> all)
    {
        lock (_gate)
        {
            _open = true;
            foreach (var watched in all)
            {
                AddLocked(watched);
            }
        }
    }

    /// <summary>Feeds an object on its own, if that is how they are fed now.</summary>
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

    /// <summary>Ends the feed of an object.</summary>
    /// <returns>Completes when nothing of it runs any more.</returns>
    public Task RemoveAsync(WatchedObject watched)
    {
        lock (_gate)
        {
            return _feeds.Remove(watched, out var feed) ? feed.DisposeAsync().AsTask() : Task.CompletedTask;
        }
    }

    /// <summary>Ends all feeds.</summary>
    /// <returns>Completes when nothing of them runs any more.</returns>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _open = false;
            var ends = Task.WhenAll(_feeds.Values.Select(static feed => feed.DisposeAsync().AsTask()).ToArray());
            _feeds.Clear();
            return ends;
        }
    }

    /// <summary>Proves and lists each anew; null when objects are not fed on their own.</summary>
    public Task? RefreshAsync()
    {
        lock (_gate)
        {
            return _open ? Task.WhenAll(_feeds.Values.Select(static feed => feed.RefreshAsync()).ToArray()) : null;
        }
    }

    private void AddLocked(WatchedObject watched)
    {
        if (_feeds.ContainsKey(watched))
        {
            return;
        }

        var name = selection with { Namespace = watched.Key.Namespace, Name = watched.Key.Name, MetadataOnly = false };
        var feed = new ObjectFeed(settings, name, whole: false, mayNarrow: false);
        _feeds.Add(watched, feed);
        feed.Add(watched);
    }
}
