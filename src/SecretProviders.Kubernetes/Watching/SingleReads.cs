using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Watching;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>
/// Reads single objects whose content the shared watch does not bring: one read of each at a time, and one more when
/// it changed meanwhile. A list of one name needs no other permission than the watch itself.
/// </summary>
/// <param name="settings">What all watches share.</param>
/// <param name="selection">What the objects are of.</param>
internal sealed class SingleReads(WatchSettings settings, ObjectSelection selection) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<WatchedObject, Task> _running = [];
    private readonly HashSet<WatchedObject> _again = [];

    /// <summary>Reads an object, soon, on another thread.</summary>
    /// <param name="watched">The object.</param>
    /// <param name="tracker">Takes the answer.</param>
    public void Start(WatchedObject watched, NamedTracker tracker)
    {
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            if (_running.ContainsKey(watched))
            {
                _again.Add(watched);
                return;
            }

            _running.Add(watched, Detached.Run(() => RunAsync(watched, tracker)));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_gate)
        {
            running = [.. _running.Values];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(WatchedObject watched, NamedTracker tracker)
    {
        var failures = 0;
        do
        {
            var epoch = tracker.Epoch;
            try
            {
                await ReadAsync(watched, tracker, epoch).ConfigureAwait(false);
                failures = 0;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                var state = ApiFailure.ToState(exception, selection with { Namespace = watched.Key.Namespace, Name = watched.Key.Name });
                watched.Lose(state, epoch);
                await settings.PauseAsync(++failures, (state as SecretState.Unavailable)?.RetryAfter, _stopping.Token).ConfigureAwait(false);
            }
        }
        while (GoesOn(watched, failures > 0));
    }

    private bool GoesOn(WatchedObject watched, bool failed)
    {
        lock (_gate)
        {
            var again = _again.Remove(watched) || failed;
            if (again && !watched.IsIdle && !_stopping.IsCancellationRequested)
            {
                return true;
            }

            _running.Remove(watched);
            return false;
        }
    }

    private async Task ReadAsync(WatchedObject watched, NamedTracker tracker, long epoch)
    {
        KubernetesObject? found = null;
        var one = selection with { Namespace = watched.Key.Namespace, Name = watched.Key.Name, MetadataOnly = false };
        var page = await settings.Client.ListAsync(
            one, default, item => found = ObjectDecoder.Decode(selection.Resource, item, ObjectMetadata.Read(item)), _stopping.Token).ConfigureAwait(false);
        tracker.Fetched(watched, found, page.ResourceVersion, epoch);
    }
}
