using SecretProviders.Watching;

namespace SecretProviders.Polling;

/// <summary>Reads one reference from its first watcher to its last, one read at a time.</summary>
internal sealed class ReferencePoll : IDisposable
{
    // Timers end at 49 days; a certificate may be renewed later than that.
    private static readonly TimeSpan LongestNap = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly PollingSecretSource _source;
    private TaskCompletionSource _nextRound = NewSignal();
    private TaskCompletionSource _wake = NewSignal();
    private volatile SecretState? _latest;
    private DateTimeOffset? _nextRead;
    private int _failures;

    /// <summary>Starts to read.</summary>
    /// <param name="source">The source.</param>
    /// <param name="reference">What to read.</param>
    /// <param name="predecessor">The end of an earlier poll of the same reference, whose last read may still be under way.</param>
    public ReferencePoll(PollingSecretSource source, SecretReference reference, Task predecessor)
    {
        _source = source;
        Reference = reference;
        _stopped = _stopping.Token;
        Completion = Detached.Run(() => RunAsync(predecessor));
    }

    public SecretReference Reference { get; }

    public Task Completion { get; }

    /// <summary>Gets a value indicating whether the latest state is a secret that a read created.</summary>
    public bool HoldsMinted => _latest is SecretState.Found { Minted: true };

    /// <summary>Asks for another read.</summary>
    /// <returns>Completes after a read that began after this call, or when the poll ends.</returns>
    public Task Refresh()
    {
        lock (_gate)
        {
            _wake.TrySetResult();
            return _nextRound.Task;
        }
    }

    /// <summary>Ends the poll, without waiting for its <see cref="Completion"/>.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        lock (_gate)
        {
            _wake.TrySetResult();
        }

        _stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync(Task predecessor)
    {
        await predecessor.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (TryResume())
        {
            await SleepAsync().ConfigureAwait(false);
        }

        while (!_stopped.IsCancellationRequested)
        {
            var round = BeginRound();
            await ReadAsync().ConfigureAwait(false);
            round.SetResult();
            await SleepAsync().ConfigureAwait(false);
        }

        _source.Kept.Keep(Reference, _latest?.LastGood, _nextRead);
        _source.Forget(this);
        BeginRound().SetResult();
    }

    private bool TryResume()
    {
        if (!_source.TryTakeKept(Reference, out var kept))
        {
            return false;
        }

        _latest = kept.Found;
        _nextRead = kept.NextRead;
        _source.Say(Reference, kept.Found);
        return true;
    }

    // Both at once: a refresh asked before is served by this round, one asked after wakes us for the next.
    private TaskCompletionSource BeginRound()
    {
        lock (_gate)
        {
            var round = _nextRound;
            _nextRound = NewSignal();
            _wake = NewSignal();
            return round;
        }
    }

    private async Task ReadAsync()
    {
        var (state, nextRead) = await _source.ReadAsync(Reference, _latest, _stopped).ConfigureAwait(false);
        if (_stopped.IsCancellationRequested && state is not SecretState.Found)
        {
            // Most likely the end of the read by our own cancellation; what it created must be kept all the same.
            return;
        }

        var now = _source.Clock.GetUtcNow();
        var unavailable = state as SecretState.Unavailable;

        // An answer that wants to be read again at once, an expired certificate say, must not be read in a busy loop.
        var failed = unavailable is not null || nextRead <= now;
        _failures = failed ? _failures + 1 : 0;
        _nextRead = failed ? now + BackoffOf(state, now).Wait(_failures, _source.NextRandom(), unavailable?.RetryAfter) : nextRead;
        _latest = state;
        _source.Say(Reference, state);
    }

    // What was created and cannot be renewed now ends on its day, whatever the outage: that is tried in time.
    private static Backoff BackoffOf(SecretState state, DateTimeOffset now) =>
        Renewal.LongestWait(state.LastGood, now) is { } limit && limit < Backoff.Default.Maximum
            ? Backoff.Default with { Maximum = limit }
            : Backoff.Default;

    private async Task SleepAsync()
    {
        var wake = WakeTask();
        var asleep = _source.Clock.GetTimestamp();
        var planned = _nextRead - _source.Clock.GetUtcNow();
        while (!wake.IsCompleted && !_stopped.IsCancellationRequested)
        {
            // A clock that is set back, as by a year after a bad start, must not put the read off for as long.
            var wait = Shorter(_nextRead - _source.Clock.GetUtcNow(), planned - _source.Clock.GetElapsedTime(asleep));
            if (wait <= TimeSpan.Zero)
            {
                return;
            }

            // Timers count whole milliseconds: rounding down would spin through the last one.
            var whole = TimeSpan.FromMilliseconds(Math.Ceiling((wait < LongestNap ? wait.Value : LongestNap).TotalMilliseconds));
            using var nap = new CancellationTokenSource();
            var timer = Task.Delay(whole, _source.Clock, nap.Token);
            await Task.WhenAny(wake, timer).ConfigureAwait(false);
            await nap.CancelAsync().ConfigureAwait(false);
        }
    }

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one < other ? one : other;

    private Task WakeTask()
    {
        lock (_gate)
        {
            return _wake.Task;
        }
    }
}
