namespace SecretProviders.Sds;

/// <summary>The time of one stream, and what wakes its loop: an instant, or a call from anywhere.</summary>
internal sealed class StreamClock
{
    // A timer that is due at once, or rounds down, would find nothing due and spin.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly WakeSignal _wake = new();
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly long _start;

    public StreamClock(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _start = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(static wake => ((WakeSignal)wake!).Set(), _wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets the time since the stream was made.</summary>
    public TimeSpan Now => _timeProvider.GetElapsedTime(_start);

    /// <summary>Gets what completes when somebody wakes the loop, or when the instant has come.</summary>
    public Task Waiting => _wake.Waiting;

    /// <summary>Wakes the loop. Never runs its code.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Begins a turn of the loop: what happens from now on wakes it again.</summary>
    public TimeSpan BeginTurn()
    {
        _wake.Reset();
        return Now;
    }

    /// <summary>Has the loop woken at the earliest of some instants; null stands for never.</summary>
    public void WakeAt(TimeSpan now, params ReadOnlySpan<TimeSpan?> instants)
    {
        TimeSpan? earliest = null;
        foreach (var instant in instants)
        {
            earliest = instant is { } due && !(due >= earliest) ? due : earliest;
        }

        var wait = earliest is { } at ? at - now : Timeout.InfiniteTimeSpan;
        _timer.Change(earliest is not null && wait < Shortest ? Shortest : wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends the clock; nobody wakes the loop any more.</summary>
    public void Stop() => _timer.Dispose();
}
