namespace SecretProviders.Aggregation;

/// <summary>
/// The names that time alone may change, by instant, on one timer. Entries that were rescheduled stay behind as dead
/// items and are skipped. Guarded by the aggregate's gate.
/// </summary>
internal sealed class WakeQueue(TimeProvider timeProvider, Action tick) : IDisposable
{
    // Timers end at 49 days, and clocks are corrected: looking up once a day costs nothing.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    private const int CompactAt = 1024;

    private readonly PriorityQueue<NameEntry, DateTimeOffset> _queue = new();
    private readonly Action _tick = tick;
    private int _compactAt = CompactAt;
    private ITimer? _timer;
    private DateTimeOffset _armed = DateTimeOffset.MaxValue;

    /// <summary>Wakes a name at an instant, or never; replaces what was set for it before.</summary>
    public void Schedule(NameEntry entry, DateTimeOffset? instant)
    {
        if (entry.Wake == instant)
        {
            return;
        }

        entry.Wake = instant;
        if (instant is { } due)
        {
            _queue.Enqueue(entry, due);
            Compact();
            Arm(due);
        }
    }

    /// <summary>Takes the next name that is due, or null; then the timer is armed for the one after it.</summary>
    public NameEntry? TakeDue(DateTimeOffset now)
    {
        while (_queue.TryPeek(out var entry, out var due))
        {
            if (entry.Wake != due || entry.IsRemoved)
            {
                _queue.Dequeue();
                continue;
            }

            if (due > now)
            {
                _armed = DateTimeOffset.MaxValue;
                Arm(due);
                return null;
            }

            _queue.Dequeue();
            entry.Wake = null;
            return entry;
        }

        _armed = DateTimeOffset.MaxValue;
        return null;
    }

    public void Dispose() => _timer?.Dispose();

    private void Arm(DateTimeOffset due)
    {
        if (due >= _armed)
        {
            return;
        }

        _armed = due;
        var delay = due - timeProvider.GetUtcNow();
        delay = delay < TimeSpan.Zero ? TimeSpan.Zero : delay > LongestSleep ? LongestSleep : delay;

        // Timers count whole milliseconds: rounding down would wake just before the instant, and again at once.
        delay = TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds));
        _timer ??= timeProvider.CreateTimer(static state => ((WakeQueue)state!)._tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    // Each rotation leaves a dead item that is due when the old certificate ends, months ahead.
    private void Compact()
    {
        if (_queue.Count < _compactAt)
        {
            return;
        }

        var live = new HashSet<NameEntry>();
        while (_queue.TryDequeue(out var entry, out var due))
        {
            if (entry.Wake == due && !entry.IsRemoved)
            {
                live.Add(entry);
            }
        }

        foreach (var entry in live)
        {
            _queue.Enqueue(entry, entry.Wake!.Value);
        }

        _compactAt = Math.Max(CompactAt, live.Count * 2);
    }
}
