using SecretProviders.Watching;

namespace SecretProviders;

public abstract partial class SecretStateHub
{
    // Told apart by reference: a task of its own, since Task.CompletedTask may be what an override returns.
    private static readonly Task NoConnection = Task.FromResult(new object());

    private int _outages;
    private int _stale;
    private volatile bool _answered;
    private CancellationTokenSource? _pause;

    /// <summary>
    /// Runs the connection of a source that has one, until it is lost or <paramref name="stopping"/> is cancelled.
    /// Called on a pool thread when the first watcher comes, and again, after a jittered exponential back-off,
    /// whenever it ends. What it throws makes everything watched Unavailable; an end without an exception does not.
    /// The back-off starts anew after a run that published an answer.
    /// </summary>
    /// <param name="stopping">Cancelled when the source is disposed, which waits for the returned task.</param>
    protected virtual Task RunAsync(CancellationToken stopping) => NoConnection;

    /// <summary>
    /// Ends the wait before the next run of the connection, if there is one, since there is reason to believe that the
    /// store is back. Any thread may call it.
    /// </summary>
    protected void Reconnect()
    {
        lock (_gate)
        {
            // What waits goes on elsewhere.
            _ = _pause?.CancelAsync();
        }
    }

    private async Task SuperviseAsync()
    {
        var stopping = _stopping.Token;
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            _answered = false;
            var run = StartRun(stopping);
            if (ReferenceEquals(run, NoConnection))
            {
                return;
            }

            await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            failures = _answered ? 1 : failures + 1;
            var wait = Backoff.Default.Wait(failures, NextRandom(), EndRun(run));
            await PauseAsync(wait, stopping).ConfigureAwait(false);
        }
    }

    private async Task PauseAsync(TimeSpan wait, CancellationToken stopping)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        SetPause(pause);
        await Task.Delay(wait, TimeProvider, pause.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SetPause(null);
    }

    private void SetPause(CancellationTokenSource? pause)
    {
        lock (_gate)
        {
            _pause = pause;
        }
    }

    private Task StartRun(CancellationToken stopping)
    {
        try
        {
            return RunAsync(stopping);
        }
        catch (Exception exception)
        {
            return Task.FromException(exception);
        }
    }

    private TimeSpan? EndRun(Task run)
    {
        if (run.IsCompletedSuccessfully)
        {
            return null;
        }

        var state = run.Exception?.InnerException is { } exception
            ? StoreFailure.ToState(exception)
            : new SecretState.Unavailable($"Source '{Name}' gave up its connection.");
        PublishToEach(state);
        return (state as SecretState.Unavailable)?.RetryAfter;
    }

    private void PublishToEach(SecretState state)
    {
        foreach (var cell in Cells())
        {
            Set(cell, state);
        }
    }

    private void Set(StateCell cell, SecretState said)
    {
        var first = cell.State is null;
        var woken = cell.Set(KindCheck.Judge(cell.Reference, said), TimeProvider.GetUtcNow(), out var outages);
        if (first)
        {
            _deadlines.Trim();
        }

        StateWatch.Wake(woken, more: true);
        var unavailable = CountOutages(outages);
        if (said is SecretState.Unavailable outage)
        {
            if (outages > 0 && Interlocked.Exchange(ref _stale, 1) == 0)
            {
                BecameStale(Logger, Name, cell.Reference, outage.Error);
            }

            return;
        }

        _answered = true;
        if (unavailable == 0 && Volatile.Read(ref _stale) == 1 && Interlocked.Exchange(ref _stale, 0) == 1)
        {
            Answers(Logger, Name);
        }
    }

    private int CountOutages(int change) => change == 0 ? Volatile.Read(ref _outages) : Interlocked.Add(ref _outages, change);
}
