using System.Threading.Tasks.Sources;

namespace SecretProviders.Xds.Sds;

/// <summary>
/// An auto-reset signal for one waiter that allocates nothing per wait. The waiter continues on the thread that
/// signals: one hop less per push, so nobody may signal while holding a lock.
/// </summary>
internal sealed class AsyncSignal : IValueTaskSource<bool>
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _isSet;
    private bool _isWaiting;
    private bool _hasEnded;

    /// <summary>Waits for the signal; false once it has ended and everything signalled before was seen.</summary>
    public ValueTask<bool> WaitAsync()
    {
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return new ValueTask<bool>(true);
            }

            if (_hasEnded)
            {
                return new ValueTask<bool>(false);
            }

            _core.Reset();
            _isWaiting = true;
            return new ValueTask<bool>(this, _core.Version);
        }
    }

    public void Set()
    {
        lock (_gate)
        {
            _isSet = !_isWaiting;
            if (_isSet)
            {
                return;
            }

            _isWaiting = false;
        }

        _core.SetResult(true);
    }

    public void End()
    {
        lock (_gate)
        {
            _hasEnded = true;
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
        }

        _core.SetResult(false);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
