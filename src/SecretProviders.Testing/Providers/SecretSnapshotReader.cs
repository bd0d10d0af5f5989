using System.Collections.Immutable;

namespace SecretProviders.Testing;

/// <summary>
/// Reads a subscription step by step, as a test likes it, with a message instead of a hang when nothing comes.
/// For one reader at a time.
/// </summary>
public sealed class SecretSnapshotReader : IAsyncDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly IAsyncEnumerator<SecretChangeBatch> _batches;
    private readonly Queue<SecretSnapshot> _unread = new();
    private readonly TimeSpan _limit;
    private Task<bool>? _pending;
    private bool _disposed;

    /// <summary>Starts to read.</summary>
    /// <param name="subscription">The subscription; nobody else may read it.</param>
    /// <param name="limit">After how long of real time a wait is given up, or null for a minute.</param>
    public SecretSnapshotReader(ISecretSubscription subscription, TimeSpan? limit = null)
    {
        _limit = limit ?? HangGuard.Limit;
        _batches = subscription.ReadAllAsync(_cancellation.Token).GetAsyncEnumerator(CancellationToken.None);
    }

    /// <summary>Gets every batch read so far, in order.</summary>
    public ImmutableArray<SecretChangeBatch> History { get; private set; } = [];

    /// <summary>Gets a value indicating whether the subscription has something to say that was not read yet: a batch, its end or a defect.</summary>
    public bool HasNews => (_pending ??= MoveNext()).IsCompleted;

    /// <summary>Reads the next batch.</summary>
    /// <param name="cancellationToken">Ends the wait; the subscription goes on, and so may the reading.</param>
    /// <exception cref="InvalidOperationException">The subscription completed.</exception>
    /// <exception cref="TimeoutException">No batch came within the limit.</exception>
    public async Task<SecretChangeBatch> NextAsync(CancellationToken cancellationToken = default) =>
        await TryNextAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The subscription completed.");

    /// <summary>Reads the next batch, or null when the subscription completes.</summary>
    /// <param name="cancellationToken">Ends the wait; the subscription goes on, and so may the reading.</param>
    /// <exception cref="TimeoutException">No batch came within the limit.</exception>
    public async Task<SecretChangeBatch?> TryNextAsync(CancellationToken cancellationToken = default)
    {
        _pending ??= MoveNext();
        if (!await HangGuard.WaitAsync(_pending, Describe(), _limit, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        _pending = null;
        History = History.Add(_batches.Current);
        return _batches.Current;
    }

    /// <summary>Reads up to the first snapshot of a name that meets a condition; what comes after it in its batch is kept for the next call.</summary>
    /// <param name="name">The secret's name.</param>
    /// <param name="predicate">What it must meet, or null for any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The subscription completed.</exception>
    /// <exception cref="TimeoutException">The next batch did not come within the limit.</exception>
    public async Task<SecretSnapshot> WaitForAsync(
        string name,
        Func<SecretSnapshot, bool>? predicate = null,
        CancellationToken cancellationToken = default)
    {
        while (true)
        {
            while (_unread.TryDequeue(out var snapshot))
            {
                if (snapshot.Name == name && (predicate is null || predicate(snapshot)))
                {
                    return snapshot;
                }
            }

            foreach (var change in (await NextAsync(cancellationToken).ConfigureAwait(false)).Changes)
            {
                _unread.Enqueue(change);
            }
        }
    }

    /// <summary>Cancels the reading; what is awaited then completes.</summary>
    public void Cancel() => _cancellation.Cancel();

    /// <summary>Cancels the reading and waits for its end; the subscription itself stays.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _cancellation.CancelAsync().ConfigureAwait(false);
        if (_pending is { } pending)
        {
            await HangGuard.WaitAsync(Task.WhenAny(pending), "the end of a subscription", _limit, CancellationToken.None).ConfigureAwait(false);
        }

        await _batches.DisposeAsync().ConfigureAwait(false);
        _cancellation.Dispose();
    }

    private Task<bool> MoveNext() => _batches.MoveNextAsync().AsTask();

    private string Describe()
    {
        var read = History.SelectMany(static batch => batch.Changes).Select(static change => $"{change.Name} {change.Status}");
        return $"a batch after [{string.Join(", ", read)}]";
    }
}
