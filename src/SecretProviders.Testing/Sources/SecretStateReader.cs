using System.Collections.Immutable;

namespace SecretProviders.Testing;

/// <summary>
/// Reads a source's stream step by step, as a test likes it: the next state, or the first that meets a condition,
/// with a message instead of a hang when none comes. For one reader at a time.
/// </summary>
public sealed class SecretStateReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly IAsyncEnumerator<SecretState> _states;
    private readonly SecretReference _reference;
    private readonly TimeSpan _limit;
    private Task<bool>? _pending;
    private bool _disposed;

    /// <summary>Opens a watch; nothing is read before the first call.</summary>
    /// <param name="source">The source.</param>
    /// <param name="reference">What to watch.</param>
    /// <param name="limit">After how long of real time a wait is given up, or null for a minute.</param>
    public SecretStateReader(ISecretSource source, SecretReference reference, TimeSpan? limit = null)
    {
        _reference = reference;
        _limit = limit ?? HangGuard.Limit;
        _states = source.WatchAsync(reference, _cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>Gets every state read so far, in order.</summary>
    public ImmutableArray<SecretState> History { get; private set; } = [];

    /// <summary>Gets a value indicating whether the stream has something to say that was not read yet: a state, its end or a defect.</summary>
    public bool HasNews => (_pending ??= MoveNext()).IsCompleted;

    /// <summary>Reads the next state.</summary>
    /// <param name="cancellationToken">Ends the wait; the watch goes on, and so may the reading.</param>
    /// <exception cref="InvalidOperationException">The stream completed.</exception>
    /// <exception cref="TimeoutException">No state came within the limit.</exception>
    public async Task<SecretState> NextAsync(CancellationToken cancellationToken = default) =>
        await TryNextAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"The watch of '{_reference}' completed.");

    /// <summary>Reads the next state, or null when the stream completes.</summary>
    /// <param name="cancellationToken">Ends the wait; the watch goes on, and so may the reading.</param>
    /// <exception cref="TimeoutException">No state came within the limit.</exception>
    public async Task<SecretState?> TryNextAsync(CancellationToken cancellationToken = default)
    {
        _pending ??= MoveNext();
        var what = $"a state of '{_reference}' after [{string.Join(", ", History)}]";
        var more = await HangGuard.WaitAsync(_pending, what, _limit, cancellationToken).ConfigureAwait(false);
        if (!more)
        {
            return null;
        }

        _pending = null;
        History = History.Add(_states.Current);
        return _states.Current;
    }

    /// <summary>Reads up to the first state of a type.</summary>
    /// <param name="predicate">What else it must meet, or null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The stream completed.</exception>
    /// <exception cref="TimeoutException">The next state did not come within the limit.</exception>
    public async Task<T> WaitForAsync<T>(Func<T, bool>? predicate = null, CancellationToken cancellationToken = default)
        where T : SecretState
    {
        while (true)
        {
            if (await NextAsync(cancellationToken).ConfigureAwait(false) is T state && (predicate is null || predicate(state)))
            {
                return state;
            }
        }
    }

    /// <summary>Cancels the watch; what is awaited then completes.</summary>
    public void Cancel() => _cancellation.Cancel();

    /// <summary>Cancels the watch and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _cancellation.CancelAsync().ConfigureAwait(false);
        if (_pending is { } pending)
        {
            // A stream that throws has shown it to who reads; closing it must not hide that by throwing again.
            await HangGuard.WaitAsync(Task.WhenAny(pending), $"the end of '{_reference}'", _limit, CancellationToken.None).ConfigureAwait(false);
        }

        await _states.DisposeAsync().ConfigureAwait(false);
        _cancellation.Dispose();
    }

    private Task<bool> MoveNext() => _states.MoveNextAsync().AsTask();
}
