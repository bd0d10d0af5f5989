using System.Text.Json;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Permissions;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>
/// Keeps one selection up to date: lists it, watches from there, goes on where a watch broke off, and lists again
/// where that is no longer possible. Ends only when it is cancelled or not permitted any more.
/// </summary>
/// <param name="settings">What all watches share.</param>
/// <param name="selection">What to watch.</param>
/// <param name="tracker">Takes what is seen.</param>
internal sealed partial class ObjectWatch(WatchSettings settings, ObjectSelection selection, ObjectTracker tracker) : IWatchHandler
{
    private static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ServersGrace = TimeSpan.FromSeconds(5);

    private CancellationTokenSource? _attempt;
    private WatchStep _step;
    private string _version = "";
    private bool _synced;
    private bool _progressed;
    private TimeSpan _recheck;
    private TimeSpan? _retryAfter;
    private SecretState? _failure;

    /// <summary>Gets a value indicating whether the server has let us watch: whatever failed before that is over.</summary>
    public bool HasWatched { get; private set; }

    /// <summary>Watches until cancelled.</summary>
    /// <returns>What is not permitted any more, or null when it was cancelled.</returns>
    /// <exception cref="ApiException">The credentials are not accepted (401), which says nothing of what is permitted.</exception>
    public async Task<SecretState.Denied?> RunAsync(CancellationToken cancellationToken)
    {
        var plan = WatchPlan.Start(settings.StreamsLists);
        while (!cancellationToken.IsCancellationRequested)
        {
            var outcome = await TryStepAsync(plan.Step, cancellationToken).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            if (outcome is null)
            {
                return (SecretState.Denied)_failure!;
            }

            plan = plan.After(outcome.Value, _progressed);
            settings.StreamsLists &= plan.Streams;
            Tell(outcome.Value, plan.Step);

            if (plan.Waits)
            {
                await settings.PauseAsync(plan.Failures, _retryAfter, cancellationToken).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Opened()
    {
        if (_step == WatchStep.Watch)
        {
            HasWatched = true;
            tracker.Regain();
        }
        else
        {
            _attempt!.CancelAfter(LongestSilence);
        }
    }

    /// <inheritdoc/>
    public void Handle(WatchEventType type, RawObject item)
    {
        var metadata = ObjectMetadata.Read(item);
        if (metadata.ResourceVersion.Length == 0 || (metadata.Name.Length == 0 && type != WatchEventType.Bookmark))
        {
            // To go on from no version would be to go on from anywhere.
            throw new JsonException("An event has no version or no name.");
        }

        if (type != WatchEventType.Bookmark)
        {
            tracker.See(type, item, metadata);
        }
        else if (!_synced && metadata.EndsInitialEvents)
        {
            EndInitialEvents(metadata.ResourceVersion);
        }

        if (!_synced)
        {
            _attempt!.CancelAfter(LongestSilence);
            return;
        }

        // Within a streamed list versions are those of the objects, and no place to go on from.
        _version = metadata.ResourceVersion;
        _progressed = true;
    }

    private void Tell(WatchOutcome outcome, WatchStep next)
    {
        // Who takes a sort of object away deletes its objects first, and the watch says so. That a server which had it
        // answers "not found" is a proxy's word, or a moment of an installation: nothing is taken back for it.
        if (outcome is WatchOutcome.Unreachable or WatchOutcome.Refused || (outcome is WatchOutcome.NotServed && tracker.WasListed))
        {
            LogLost(settings.Logger, selection.ToString(), next, _failure!);
            tracker.Lose(_failure!);
        }
        else if (outcome is WatchOutcome.NotServed)
        {
            tracker.Begin();
            tracker.End("");
        }
    }

    private void EndInitialEvents(string version)
    {
        EndList(version);
        _synced = HasWatched = true;
        _attempt!.CancelAfter(_recheck);
    }

    private void EndList(string version)
    {
        tracker.End(version);
        tracker.WasListed = true;
        LogSynced(settings.Logger, selection.ToString(), _step, version);
    }

    // Null means not permitted.
    private async Task<WatchOutcome?> TryStepAsync(WatchStep step, CancellationToken cancellationToken)
    {
        (_step, _synced, _progressed, _retryAfter, _failure) = (step, step == WatchStep.Watch, false, null, null);
        _recheck = settings.NextRecheck();
        using var attempt = new CancellationTokenSource(Timeout.InfiniteTimeSpan, settings.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, attempt.Token);
        using var late = step == WatchStep.Watch
            ? null : settings.TimeProvider.CreateTimer(static tracker => ((ObjectTracker)tracker!).Late(), tracker, WatchSettings.LateList, Timeout.InfiniteTimeSpan);
        _attempt = attempt;
        var begun = settings.TimeProvider.GetTimestamp();
        try
        {
            return await StepAsync(step, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (attempt.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return _synced ? WatchOutcome.Ended : WatchOutcome.NotStreamed;
        }
        catch (Exception exception) when (exception is not ApiException { Code: 401 })
        {
            return Judge(step, exception, cancellationToken);
        }
        finally
        {
            _attempt = null;
            _progressed |= _synced && settings.TimeProvider.GetElapsedTime(begun) > Lasting;
        }
    }

    private async Task<WatchOutcome> StepAsync(WatchStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case WatchStep.Stream:
                tracker.Begin();
                await settings.Client.WatchAsync(selection, new WatchRequest("", LongestStream, SendInitialEvents: true), this, cancellationToken).ConfigureAwait(false);
                return _synced ? WatchOutcome.Ended : WatchOutcome.NotStreamed;
            case WatchStep.Watch:
                // The server's own end comes first, with a bookmark; a proxy may keep it, or the server forget it.
                _attempt!.CancelAfter(_recheck + ServersGrace);
                await settings.Client.WatchAsync(selection, new WatchRequest(_version, _recheck), this, cancellationToken).ConfigureAwait(false);
                return WatchOutcome.Ended;
            default:
                await ListAsync(step == WatchStep.List ? WatchSettings.PageSize : null, cancellationToken).ConfigureAwait(false);
                return WatchOutcome.Listed;
        }
    }

    private async Task ListAsync(int? limit, CancellationToken cancellationToken)
    {
        tracker.Begin();
        var page = default(ListPage);
        do
        {
            page = await settings.Client.ListAsync(
                selection, new ListRequest(limit, page.Continue), item => tracker.See(WatchEventType.Added, item, ObjectMetadata.Read(item)), cancellationToken).ConfigureAwait(false);
        }
        while (page.Continue is not null);

        EndList(page.ResourceVersion);
        _version = page.ResourceVersion;
    }

    private WatchOutcome? Judge(WatchStep step, Exception exception, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return WatchOutcome.Ended;
        }

        var api = exception as ApiException;
        _failure = ApiFailure.ToState(exception, selection);
        _retryAfter = (_failure as SecretState.Unavailable)?.RetryAfter;
        if (_failure is SecretState.Denied)
        {
            return null;
        }

        return api switch
        {
            { IsGone: true } => WatchOutcome.Gone,
            { Code: 404 } when selection.Resource.IsOptional => WatchOutcome.NotServed,
            { Code: 400 or 422 } when step == WatchStep.Stream => WatchOutcome.NotStreamed,
            { Code: 429 or 502 or 503 or 504 } => WatchOutcome.Unreachable,
            not null => WatchOutcome.Refused,
            _ when exception is JsonException or InvalidDataException => WatchOutcome.Refused,
            _ => _synced && exception is IOException ? WatchOutcome.Cut : WatchOutcome.Unreachable,
        };
    }
}
