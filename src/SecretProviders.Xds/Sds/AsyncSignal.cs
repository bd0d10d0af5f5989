using System.Threading.Tasks.Sources;

namespace SecretProviders.Xds.Sds;

/// <summary>
/// An auto-reset signal for one waiter that neither allocates nor takes a lock. The waiter continues on the thread that
/// signals: one hop less per push, so nobody may signal while holding a lock.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource<bool>
{
    private const int Idle = 0;
    private const int Signaled = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;
    private volatile bool _hasEnded;

    /// <summary>Waits for the signal; false once it has ended and everything signalled before was seen.</summary>
    public ValueTask<bool> WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) != Idle)
        {
            Interlocked.Exchange(ref _state, Idle);
            return new ValueTask<bool>(true);
        }

        // An end that came before the wait was noted has woken nobody.
        return _hasEnded && TryTake(Waiting) ? new ValueTask<bool>(false) : new ValueTask<bool>(this, _core.Version);
    }

    public void Set()
    {
        // To a signal that stands already there is nothing to add: its waiter has still to look.
        if (Interlocked.CompareExchange(ref _state, Signaled, Idle) == Waiting && TryTake(Waiting))
        {
            _core.SetResult(true);
        }
    }

    public void End()
    {
        _hasEnded = true;
        if (TryTake(Waiting))
        {
            _core.SetResult(false);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private bool TryTake(int state) => Interlocked.CompareExchange(ref _state, Idle, state) == state;
}
