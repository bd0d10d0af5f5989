using Microsoft.Extensions.Logging;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Watching;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>
/// Feeds the watched objects of one selection: proves that it is permitted, watches, says what is denied, and tries
/// again. Where only single names are permitted, each of them is fed on its own until the whole is permitted.
/// </summary>
internal sealed partial class ObjectFeed : IAsyncDisposable
{
    private readonly WatchSettings _settings;
    private readonly ObjectSelection _selection;
    private readonly ObjectTracker _tracker;
    private readonly ObjectReads _reads;
    private readonly NarrowFeeds? _narrow;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource? _kick;
    private Task? _loop;
    private bool _disposed;

    // In a row; touched by the loop only.
    private int _denials;
    private int _failures;

    /// <summary>Makes a feed; it starts with its first object.</summary>
    /// <param name="settings">What all watches share.</param>
    /// <param name="selection">What to feed from.</param>
    /// <param name="whole">Whether all objects of the selection are wanted together.</param>
    /// <param name="mayNarrow">Whether single names are tried when the whole is denied.</param>
    public ObjectFeed(WatchSettings settings, ObjectSelection selection, bool whole, bool mayNarrow)
    {
        _settings = settings;
        _selection = selection;
        _reads = new ObjectReads(settings, selection);
        _narrow = mayNarrow ? new NarrowFeeds(settings, selection) : null;
        _tracker = whole ? new WholeTracker(selection) : CreateNamed();
    }

    /// <summary>Begins to feed an object.</summary>
    public void Add(WatchedObject watched)
    {
        _tracker.Add(watched);
        _narrow?.Add(watched);
        lock (_gate)
        {
            if (!_disposed)
            {
                _loop ??= Detached.Run(RunAsync);
            }
        }
    }

    /// <summary>Ends to feed an object.</summary>
    /// <returns>Completes when nothing runs for it any more.</returns>
    public Task RemoveAsync(WatchedObject watched)
    {
        _tracker.Remove(watched);
        return _narrow?.RemoveAsync(watched) ?? Task.CompletedTask;
    }

    /// <summary>Proves and lists everything anew.</summary>
    /// <returns>Completes when the store has answered, or could not.</returns>
    public Task RefreshAsync()
    {
        if (_narrow?.RefreshAsync() is { } refreshed)
        {
            return refreshed;
        }

        var round = _tracker.Round;
        lock (_gate)
        {
            if (_loop is null || _disposed)
            {
                return Task.CompletedTask;
            }

            _kick?.Cancel();
        }

        return round;
    }

    /// <summary>Ends the feed.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await (_loop ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _reads.DisposeAsync().ConfigureAwait(false);
        await (_narrow?.CloseAsync() ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _tracker.EndRound();
        _stopping.Dispose();
    }

    private NamedTracker CreateNamed()
    {
        NamedTracker? tracker = null;
        return tracker = new NamedTracker(_selection, all => _reads.Start(all, tracker!));
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            using var kick = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            SetKick(kick);
            try
            {
                var denied = await WatchAsync(kick.Token).ConfigureAwait(false);
                _failures = 0;
                _denials = denied is null ? 0 : _denials + 1;
                await TellDeniedAsync(denied, kick.Token).ConfigureAwait(false);
            }
            catch (Exception) when (kick.IsCancellationRequested)
            {
                // Stopped, or refreshed, whatever else failed in that moment: the loop's condition knows which.
            }
            catch (Exception exception)
            {
                var state = ApiFailure.ToState(exception, _selection);
                if (_narrow is not { IsOpen: true })
                {
                    // Smaller feeds tell for themselves.
                    _tracker.Lose(state);
                }

                if (state is SecretState.Denied refused && ++_denials == 1)
                {
                    LogDenied(_settings.Logger, refused.Remedy);
                }

                await _settings.PauseAsync(++_failures, (state as SecretState.Unavailable)?.RetryAfter, kick.Token).ConfigureAwait(false);
            }
            finally
            {
                SetKick(null);
            }
        }
    }

    // Runs until it is not permitted, or cancelled.
    private async Task<SecretState.Denied?> WatchAsync(CancellationToken cancellationToken)
    {
        var denied = await _settings.Access.ProveAsync(_selection, cancellationToken).ConfigureAwait(false);
        if (denied is not null)
        {
            return denied;
        }

        await (_narrow?.CloseAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        var watch = new ObjectWatch(_settings, _selection, _tracker);
        try
        {
            return await watch.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (watch.HasWatched)
            {
                (_denials, _failures) = (0, 0);
            }
        }
    }

    private void SetKick(CancellationTokenSource? kick)
    {
        lock (_gate)
        {
            _kick = kick;
        }
    }

    private async Task TellDeniedAsync(SecretState.Denied? denied, CancellationToken cancellationToken)
    {
        if (denied is null || cancellationToken.IsCancellationRequested)
        {
            return;
        }

        if (_denials == 1)
        {
            LogDenial(denied);
        }

        if (_narrow is not null)
        {
            _tracker.HandOver();
            _narrow.Open(_tracker.Watched);
        }
        else
        {
            _tracker.Lose(denied);
        }

        await _settings.PauseDeniedAsync(_denials, cancellationToken).ConfigureAwait(false);
    }

    private void LogDenial(SecretState.Denied denied)
    {
        if (_narrow is null)
        {
            LogDenied(_settings.Logger, denied.Remedy);
        }
        else if (_settings.Logger.IsEnabled(LogLevel.Information))
        {
            LogNarrowed(_settings.Logger, _selection.ToString());
        }
    }
}
