using System.Threading.Tasks.Sources;

namespace SecretProviders.Watching;

/// <summary>
/// One watch: enumerable, its first enumerator, and what that enumerator waits on, in one object, so that a watch
/// costs one allocation and an update none. The cell's lock guards what is internal here.
/// </summary>
internal sealed class StateWatch(SecretStateHub hub, SecretReference reference, CancellationToken token)
    : IAsyncEnumerable<SecretState>, IAsyncEnumerator<SecretState>, IValueTaskSource<bool>
{
    // Continuations run on the pool: a consumer's code must never run inside a source's call to Publish.
    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };

    // Both registrations are touched by the consumer alone, when it starts and when it disposes.
    private CancellationTokenRegistration _registration;
    private CancellationTokenRegistration _secondRegistration;
    private CancellationToken _secondToken;
    private StateCell? _cell;
    private int _enumerated;

    internal enum Step
    {
        Item,
        Wait,
        End,
    }

    public SecretState Current => Seen ?? throw new InvalidOperationException("There is no state before MoveNextAsync has returned true.");

    internal StateWatch? Next { get; set; }

    internal StateWatch? Previous { get; set; }

    internal SecretState? Seen { get; private set; }

    internal bool Ended { get; set; }

    internal bool Parked { get; private set; }

    public IAsyncEnumerator<SecretState> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var watch = Interlocked.Exchange(ref _enumerated, 1) == 0 ? this : new StateWatch(hub, reference, token) { _enumerated = 1 };
        watch._secondToken = cancellationToken == token ? CancellationToken.None : cancellationToken;
        return watch;
    }

    public ValueTask<bool> MoveNextAsync() => (_cell ?? Start()) is not { } cell ? new(false) : cell.Next(this) switch
    {
        Step.Item => new(true),
        Step.Wait => new(this, _wait.Version),
        _ => new(false),
    };

    public ValueTask DisposeAsync()
    {
        if (_cell is null)
        {
            Ended = true;
            return ValueTask.CompletedTask;
        }

        _registration.Unregister();
        _secondRegistration.Unregister();
        End();
        return ValueTask.CompletedTask;
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    /// <summary>Wakes a chain of watches that a cell gave up.</summary>
    /// <param name="first">The first of the chain, or null.</param>
    /// <param name="more">Whether they have a state to read, or are at their end.</param>
    internal static void Wake(StateWatch? first, bool more)
    {
        for (var watch = first; watch is not null;)
        {
            // Read first: once woken, the consumer may park the watch again in another chain.
            var next = watch.Next;
            watch.Next = null;
            watch._wait.SetResult(more);
            watch = next;
        }
    }

    internal bool TryTake(SecretState? state)
    {
        if (state is null || state.Equals(Seen))
        {
            return false;
        }

        Seen = state;
        return true;
    }

    internal void Park()
    {
        if (Parked)
        {
            throw new InvalidOperationException("MoveNextAsync was called before the last call was over.");
        }

        _wait.Reset();
        Parked = true;
    }

    internal void Unpark(SecretState? state)
    {
        Parked = false;
        Seen = state;
    }

    private StateCell? Start()
    {
        if (Ended || token.IsCancellationRequested || _secondToken.IsCancellationRequested || hub.Enter(reference) is not { } cell)
        {
            return null;
        }

        _cell = cell;
        _registration = token.UnsafeRegister(static watch => ((StateWatch)watch!).End(), this);
        _secondRegistration = _secondToken.UnsafeRegister(static watch => ((StateWatch)watch!).End(), this);
        hub.Settle(cell);
        return cell;
    }

    private void End()
    {
        if (_cell!.TryLeave(this, out var parked))
        {
            // Released before the consumer hears of the end, so that it may rely on it.
            hub.Settle(_cell);
            if (parked)
            {
                _wait.SetResult(false);
            }
        }
    }
}
