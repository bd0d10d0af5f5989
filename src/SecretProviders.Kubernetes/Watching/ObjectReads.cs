using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Watching;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>
/// Reads objects whose content the shared watch does not bring: few of them each for itself, a few at a time, which needs
/// no other permission than the watch; many at once by one list of everything, as long as that answers.
/// </summary>
/// <param name="settings">What all watches share.</param>
/// <param name="selection">What the objects are of.</param>
internal sealed class ObjectReads(WatchSettings settings, ObjectSelection selection) : IAsyncDisposable
{
    private const int MostAtOnce = 16;

    // A read of one costs some twenty times what an object costs in a list of all.
    private const int Few = 32;
    private const int Share = 16;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectName, (WatchedObject Watched, int Failures)> _waiting = [];
    private readonly Dictionary<WatchedObject, Task> _running = [];
    private readonly HashSet<WatchedObject> _again = [];
    private Task? _list;
    private int _atOnce;
    private bool _singly;

    /// <summary>Reads objects, soon, on other threads; one that is just being read is read once more.</summary>
    /// <param name="all">The objects.</param>
    /// <param name="tracker">Takes the answers.</param>
    public void Start(IEnumerable<WatchedObject> all, NamedTracker tracker)
    {
        lock (_gate)
        {
            foreach (var watched in all)
            {
                if (_running.ContainsKey(watched))
                {
                    _again.Add(watched);
                }
                else
                {
                    _waiting[ObjectName.Of(watched)] = (watched, 0);
                }
            }

            GoOnLocked(tracker);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_gate)
        {
            running = [.. _running.Values, _list ?? Task.CompletedTask];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private void GoOnLocked(NamedTracker tracker)
    {
        if (_stopping.IsCancellationRequested || _list is not null)
        {
            return;
        }

        // Metadata alone is asked for where all the content is too much; and beside a list that is late another is late too.
        if (!_singly && !selection.MetadataOnly && !tracker.IsListing && _waiting.Count > Math.Max(Few, tracker.Names / Share))
        {
            _list = Detached.Run(() => ListAsync(tracker));
            return;
        }

        while (_atOnce < MostAtOnce && _waiting.Count > 0)
        {
            var (name, (watched, failures)) = _waiting.First();
            _waiting.Remove(name);
            if (!watched.IsIdle)
            {
                _atOnce++;
                _running.Add(watched, Detached.Run(() => ReadAsync(watched, failures, tracker)));
            }
        }

        _singly &= _waiting.Count > 0;
    }

    private async Task ReadAsync(WatchedObject watched, int failures, NamedTracker tracker)
    {
        SecretState? failure = null;
        var epoch = tracker.Epoch;
        try
        {
            await ReadAsync(watched, tracker, epoch).ConfigureAwait(false);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            failure = ApiFailure.ToState(exception, One(watched));
            watched.Lose(failure, epoch);
        }

        lock (_gate)
        {
            _atOnce--;
            GoOnLocked(tracker);
        }

        if (failure is not null)
        {
            await settings.PauseAsync(++failures, (failure as SecretState.Unavailable)?.RetryAfter, _stopping.Token).ConfigureAwait(false);
        }

        lock (_gate)
        {
            _running.Remove(watched);
            if (_again.Remove(watched) || failure is not null)
            {
                _waiting[ObjectName.Of(watched)] = (watched, failure is null ? 0 : failures);
                GoOnLocked(tracker);
            }
        }
    }

    private async Task ReadAsync(WatchedObject watched, NamedTracker tracker, long epoch)
    {
        KubernetesObject? found = null;
        var page = await settings.Client.ListAsync(
            One(watched), default, item => found = ObjectDecoder.Decode(selection.Resource, item, ObjectMetadata.Read(item)), _stopping.Token).ConfigureAwait(false);
        tracker.Fetched(watched, found, page.ResourceVersion, epoch);
    }

    private async Task ListAsync(NamedTracker tracker)
    {
        (WatchedObject Watched, int Failures)[] asked;
        lock (_gate)
        {
            asked = [.. _waiting.Values];
        }

        var isListed = false;
        try
        {
            var epoch = tracker.Epoch;
            var version = await ListAsync((item, metadata) => Take(item, metadata, tracker, epoch)).ConfigureAwait(false);
            foreach (var (watched, _) in asked)
            {
                if (Take(ObjectName.Of(watched)) is { } absent)
                {
                    tracker.Fetched(absent, null, version, epoch);
                }
            }

            isListed = true;
        }
        catch (Exception) when (!_stopping.IsCancellationRequested)
        {
            // What is wrong, the read of each one tells; perhaps nothing is, and only the list takes long.
        }

        lock (_gate)
        {
            (_list, _singly) = (null, !isListed);
            GoOnLocked(tracker);
        }
    }

    private async Task<string> ListAsync(Action<RawObject, ObjectMetadata> onObject)
    {
        using var late = new CancellationTokenSource(WatchSettings.LateList, settings.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, late.Token);
        void Handle(RawObject item)
        {
            late.CancelAfter(WatchSettings.LateList);
            onObject(item, ObjectMetadata.Read(item));
        }

        var page = default(ListPage);
        do
        {
            page = await settings.Client.ListAsync(selection, new ListRequest(WatchSettings.PageSize, page.Continue), Handle, either.Token).ConfigureAwait(false);
        }
        while (page.Continue is not null);

        return page.ResourceVersion;
    }

    private void Take(RawObject item, ObjectMetadata metadata, NamedTracker tracker, long epoch)
    {
        if (Take(new ObjectName(selection.Namespace ?? metadata.Namespace, metadata.Name)) is { } watched)
        {
            tracker.Fetched(watched, ObjectDecoder.Decode(selection.Resource, item, metadata), metadata.ResourceVersion, epoch);
        }
    }

    private WatchedObject? Take(ObjectName name)
    {
        lock (_gate)
        {
            return _waiting.Remove(name, out var entry) ? entry.Watched : null;
        }
    }

    private ObjectSelection One(WatchedObject watched) => selection with { Namespace = watched.Key.Namespace, Name = watched.Key.Name, MetadataOnly = false };
}
