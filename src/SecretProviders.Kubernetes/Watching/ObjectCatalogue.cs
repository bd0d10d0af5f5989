namespace SecretProviders.Kubernetes.Watching;

/// <summary>
/// All watched objects of a source, each once however many references need it, and the feeds that keep them up to
/// date, each once however many objects it feeds.
/// </summary>
/// <param name="settings">What all watches share.</param>
/// <param name="plan">Says which feed an object belongs to.</param>
internal sealed class ObjectCatalogue(WatchSettings settings, FeedPlan plan) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, WatchedObject> _objects = [];
    private readonly Dictionary<FeedPlan.Choice, (ObjectFeed Feed, int Objects)> _feeds = [];
    private readonly HashSet<Task> _ending = [];

    /// <summary>Gets a watched object and hears of its changes; pairs with <see cref="Release"/>.</summary>
    /// <param name="key">What to watch.</param>
    /// <param name="listener">Called on any thread whenever more is known.</param>
    public WatchedObject Acquire(ObjectKey key, Action listener)
    {
        WatchedObject? watched;
        ObjectFeed feed;
        lock (_gate)
        {
            if (_objects.TryGetValue(key, out watched))
            {
                watched.Subscribe(listener);
                return watched;
            }

            watched = new WatchedObject(key);
            watched.Subscribe(listener);
            _objects.Add(key, watched);
            var choice = plan.Choose(key);
            var (existing, count) = _feeds.GetValueOrDefault(choice);
            feed = existing ?? new ObjectFeed(settings, choice.Selection, choice.Whole, choice.MayNarrow);
            _feeds[choice] = (feed, count + 1);
        }

        feed.Add(watched);
        return watched;
    }

    /// <summary>Gives a watched object up; the last to do so ends its watch.</summary>
    public void Release(WatchedObject watched, Action listener)
    {
        lock (_gate)
        {
            watched.Unsubscribe(listener);
            if (!watched.IsIdle)
            {
                return;
            }

            _objects.Remove(watched.Key);
            var choice = plan.Choose(watched.Key);
            if (!_feeds.TryGetValue(choice, out var entry))
            {
                return;
            }

            var (feed, count) = entry;
            _feeds[choice] = (feed, count - 1);
            Keep(feed.RemoveAsync(watched));
            if (count == 1)
            {
                _feeds.Remove(choice);
                Keep(feed.DisposeAsync().AsTask());
            }
        }
    }

    /// <summary>Asks the store anew about some objects.</summary>
    public async Task RefreshAsync(IEnumerable<ObjectKey> keys)
    {
        Task[] refreshed;
        lock (_gate)
        {
            refreshed = [.. keys.Select(plan.Choose).Distinct().Where(_feeds.ContainsKey).Select(choice => _feeds[choice].Feed.RefreshAsync())];
        }

        await Task.WhenAll(refreshed).ConfigureAwait(false);
    }

    /// <summary>Ends every feed and waits for those that were ended before.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] ending;
        lock (_gate)
        {
            ending = [.. _ending, .. _feeds.Values.Select(static entry => entry.Feed.DisposeAsync().AsTask())];
            _feeds.Clear();
            _objects.Clear();
        }

        await Task.WhenAll(ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Keep(Task ending)
    {
        _ending.RemoveWhere(static task => task.IsCompleted);
        if (!ending.IsCompleted)
        {
            _ending.Add(ending);
        }
    }
}
