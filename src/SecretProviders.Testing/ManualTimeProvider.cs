using System.Collections.Immutable;

namespace SecretProviders.Testing;

/// <summary>
/// A clock that stands still until told to move. Timers fire inside <see cref="Advance"/>, in the order of their due
/// times, on the caller's thread; timers due at once fire on the thread pool, as the system's do. Its timestamp
/// frequency is odd on purpose, to catch code that assumes one. Safe for use by any number of threads.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private const long OddFrequency = 7_777_777;

    // The system's timers refuse more, so a test should too.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(0xfffffffe);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly SignalList _signals = new();
    private readonly DateTimeOffset _start;
    private DateTimeOffset _now;

    /// <summary>Makes a clock.</summary>
    /// <param name="start">The first instant, or null for 2026-01-01 UTC.</param>
    public ManualTimeProvider(DateTimeOffset? start = null)
    {
        _start = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        _now = _start;
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => OddFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Gets the number of timers that are waiting to fire.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count;
            }
        }
    }

    /// <summary>Gets the instant at which the next timer fires, or null when none waits.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                return _timers.MinBy(static timer => timer.Due)?.Due;
            }
        }
    }

    /// <summary>
    /// Gets the delays with which the waiting timers were started, the next one to fire first: a delay tells what a
    /// timer is for (a time-out, a poll) where its due time does not.
    /// </summary>
    public ImmutableArray<TimeSpan> ActiveDelays
    {
        get
        {
            lock (_gate)
            {
                return [.. _timers.OrderBy(static timer => timer.Due).Select(static timer => timer.Delay)];
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => (long)((Int128)(GetUtcNow() - _start).Ticks * OddFrequency / TimeSpan.TicksPerSecond);

    /// <summary>
    /// Moves time forward, firing each timer at its own due time, timers with one due time in the order in which they
    /// were started. A timer that a callback starts fires too if it falls due on the way.
    /// </summary>
    /// <param name="by">How far; not negative.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        FireUntil(GetUtcNow() + by);
    }

    /// <summary>
    /// Moves time forward to the next timer and a millisecond further, since delays are cut to whole ones and so may end
    /// a little before the instant that was meant; does nothing when none waits.
    /// </summary>
    /// <param name="unless">While a timer waits that was started with one of these delays, nothing is done either.</param>
    /// <returns>Whether time moved.</returns>
    public bool AdvanceToNext(params ReadOnlySpan<TimeSpan> unless)
    {
        ManualTimer? next;
        DateTimeOffset end;
        lock (_gate)
        {
            foreach (var timer in _timers)
            {
                if (unless.Contains(timer.Delay))
                {
                    return false;
                }
            }

            next = _timers.Count == 0 ? null : TakeNext(DateTimeOffset.MaxValue);
            end = _now + Tick;
        }

        if (next is null)
        {
            return false;
        }

        next.Fire();
        FireUntil(end);
        return true;
    }

    /// <summary>
    /// Waits until code has started to wait: at least so many timers are active. Call it before <see cref="Advance"/>,
    /// so that the clock does not move before somebody looks at it.
    /// </summary>
    /// <param name="count">How many timers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not happen within the time after which a test counts as hanging.</exception>
    public Task WaitForTimersAsync(int count = 1, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => ActiveTimers >= count, $"{count} active timers", cancellationToken);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void FireUntil(DateTimeOffset end)
    {
        while (TakeNext(end) is { } timer)
        {
            timer.Fire();
        }
    }

    private ManualTimer? TakeNext(DateTimeOffset end)
    {
        lock (_gate)
        {
            var next = _timers.MinBy(static timer => timer.Due);
            if (next is null || next.Due > end)
            {
                // A callback may have moved the clock further than this call was to.
                _now = end > _now ? end : _now;
                return null;
            }

            _now = next.Due > _now ? next.Due : _now;
            _timers.Remove(next);
            if (next.Period > TimeSpan.Zero)
            {
                next.Due = _now + next.Period;
                _timers.Add(next);
            }

            next.Enter();
            return next;
        }
    }

    private bool Start(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            if (timer.IsDisposed)
            {
                return false;
            }

            timer.Period = period;
            if (dueTime == Timeout.InfiniteTimeSpan)
            {
                return true;
            }

            timer.Delay = dueTime;
            timer.Due = _now + dueTime;
            _timers.Add(timer);
        }

        _signals.Pulse();
        if (dueTime == TimeSpan.Zero)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static clock => clock.FireUntil(clock.GetUtcNow()), this, preferLocal: false);
        }

        return true;
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private int _running;
        private TaskCompletionSource? _idle;

        public DateTimeOffset Due { get; set; }

        public TimeSpan Delay { get; set; }

        public TimeSpan Period { get; set; }

        public bool IsDisposed { get; private set; }

        // Called while the clock's gate is held.
        public void Enter() => _running++;

        public void Fire()
        {
            try
            {
                callback(state);
            }
            finally
            {
                lock (clock._gate)
                {
                    if (--_running == 0)
                    {
                        _idle?.TrySetResult();
                    }
                }
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            RequireDelay(dueTime, nameof(dueTime));
            RequireDelay(period, nameof(period));
            return clock.Start(this, dueTime, period);
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                IsDisposed = true;
                clock._timers.Remove(this);
            }
        }

        // As with the system's timers, the task completes when no callback runs any more.
        public ValueTask DisposeAsync()
        {
            lock (clock._gate)
            {
                Dispose();
                return _running == 0
                    ? ValueTask.CompletedTask
                    : new ValueTask((_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
            }
        }

        private static void RequireDelay(TimeSpan value, string name)
        {
            if (value != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, name);
                ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LongestDelay, name);
            }
        }
    }
}
