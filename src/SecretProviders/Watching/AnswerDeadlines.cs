namespace SecretProviders.Watching;

/// <summary>
/// Tells which cells have no answer when their time is up. All have the same time, so a queue and one timer serve
/// any number of them.
/// </summary>
internal sealed class AnswerDeadlines : IDisposable
{
    // Timers and timestamps are rounded apart: one that is due within this is due.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(1);

    private readonly Lock _gate = new();
    private readonly Queue<(StateCell Cell, int Acquisition, long Since)> _waiting = new();
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;
    private readonly Action<StateCell> _expired;
    private readonly ITimer _timer;

    public AnswerDeadlines(TimeSpan timeout, TimeProvider timeProvider, Action<StateCell> expired)
    {
        _timeout = timeout;
        _timeProvider = timeProvider;
        _expired = expired;
        _timer = timeProvider.CreateTimer(static deadlines => ((AnswerDeadlines)deadlines!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(StateCell cell, int acquisition)
    {
        lock (_gate)
        {
            _waiting.Enqueue((cell, acquisition, _timeProvider.GetTimestamp()));
            if (_waiting.Count == 1)
            {
                _timer.Change(_timeout, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Forgets who has its answer, and stops the timer when nobody waits any more.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out var first) && !first.Cell.IsUnanswered(first.Acquisition))
            {
                _waiting.Dequeue();
            }

            if (_waiting.Count == 0)
            {
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        while (TakeDue() is { } cell)
        {
            _expired(cell);
        }
    }

    private StateCell? TakeDue()
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out var first))
            {
                var remaining = _timeout - _timeProvider.GetElapsedTime(first.Since);
                if (remaining > Tolerance)
                {
                    _timer.Change(remaining, Timeout.InfiniteTimeSpan);
                    return null;
                }

                _waiting.Dequeue();
                if (first.Cell.IsUnanswered(first.Acquisition))
                {
                    return first.Cell;
                }
            }

            _waiting.TrimExcess();
            return null;
        }
    }
}
