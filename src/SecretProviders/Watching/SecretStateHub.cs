using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SecretProviders.Diagnostics;
using SecretProviders.Watching;

namespace SecretProviders;

/// <summary>
/// The base of a source that hears of changes: it keeps the latest state of each watched reference and keeps the
/// promises of <see cref="ISecretSource"/> about streams, so that a source only says what it sees by
/// <see cref="Publish"/>. Sources without push derive from <see cref="PollingSecretSource"/>.
/// </summary>
/// <remarks>
/// Two shapes fit. Without a connection, <see cref="OnFirstWatcher"/> establishes a watch for its reference, reads and
/// publishes. With one, <see cref="RunAsync"/> connects, asks for everything in <see cref="Watched"/> and publishes
/// what comes, while <see cref="OnFirstWatcher"/> and <see cref="OnLastWatcher"/> add to and take from what is asked.
/// </remarks>
public abstract partial class SecretStateHub : IRefreshableSecretSource
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<SecretReference, StateCell> _cells = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly AnswerDeadlines _deadlines;
    private readonly TimeSpan _timeout;
    private Task? _connection;
    private bool _disposed;

    /// <summary>Makes a source.</summary>
    /// <param name="name">The source's configured name.</param>
    /// <param name="timeout">How long the first state of a reference may take, above zero and at most a day; after that the hub itself says Unavailable.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The source's own logger.</param>
    protected SecretStateHub(string name, TimeSpan timeout, TimeProvider timeProvider, ILogger logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeout, LongestTimeout);
        Name = name;
        TimeProvider = timeProvider;
        Logger = GuardedLogger.Around(logger);
        _timeout = timeout;
        _deadlines = new AnswerDeadlines(timeout, timeProvider, cell => Set(cell, NoAnswer(cell.Reference)));
    }

    /// <summary>Gets the source's configured name.</summary>
    public string Name { get; }

    /// <summary>Gets the clock.</summary>
    protected TimeProvider TimeProvider { get; }

    /// <summary>Gets the source's logger, which never throws.</summary>
    protected ILogger Logger { get; }

    /// <summary>Gets the references that are watched now, in no order.</summary>
    protected ImmutableArray<SecretReference> Watched => [.. Cells().Where(static cell => cell.IsWatched).Select(static cell => cell.Reference)];

    /// <summary>Gets a number from 0 to 1 for jitter.</summary>
    internal Func<double> NextRandom { get; init; } = Random.Shared.NextDouble;

    /// <inheritdoc/>
    public IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return new StateWatch(this, reference, cancellationToken);
    }

    /// <summary>Asks the store again. A source that hears of every change only stops waiting, if it waits, before it connects again.</summary>
    /// <inheritdoc/>
    public virtual ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        Reconnect();
        return ValueTask.CompletedTask;
    }

    /// <summary>Completes every watch, ends the connection, and disposes the source. Later calls do nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var cell in Cells())
        {
            StateWatch.Wake(cell.Close(), more: false);
            Settle(cell);
        }

        if (_connection is { } connection)
        {
            await connection.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _deadlines.Dispose();
        await DisposeCoreAsync().ConfigureAwait(false);
        _stopping.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Begins to watch a reference at the store: establish the watch, then read, then <see cref="Publish"/>, at once
    /// or later. Called outside locks on the thread of a watcher, which waits; so do what is slow elsewhere. Calls for
    /// one reference never overlap and alternate with <see cref="OnLastWatcher"/>. What it throws becomes a state.
    /// </summary>
    /// <param name="reference">What to watch.</param>
    protected abstract void OnFirstWatcher(SecretReference reference);

    /// <summary>
    /// Releases a reference at the store. Follows each <see cref="OnFirstWatcher"/>, at disposal too (there it comes
    /// before <see cref="DisposeCoreAsync"/>, unless the first watcher comes in that very moment).
    /// </summary>
    /// <param name="reference">What to release.</param>
    protected virtual void OnLastWatcher(SecretReference reference)
    {
    }

    /// <summary>Releases what the source holds, once, after its watches and its connection have ended.</summary>
    protected virtual ValueTask DisposeCoreAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// Says what the store says of a reference. Whoever watches sees it completed: not-found after a find is
    /// <see cref="SecretState.Removed"/>, and <see cref="SecretState.LastGood"/> and <see cref="SecretState.DeletedAt"/>
    /// travel; a find of another kind than the reference wants is <see cref="SecretState.Invalid"/>. An equal state, or
    /// one that nobody watches, is dropped. Never blocks and runs no consumer's code; of two calls at once for one
    /// reference either may win, so a source orders its own.
    /// </summary>
    /// <param name="reference">What the state is about.</param>
    /// <param name="state">What the store said.</param>
    protected void Publish(SecretReference reference, SecretState state)
    {
        if (Find(reference) is { } cell)
        {
            Set(cell, state);
        }
    }

    /// <summary>Says that the store is lost: everything watched becomes Unavailable, with its last good secret.</summary>
    /// <param name="outage">What happened.</param>
    protected void PublishToAll(SecretState.Unavailable outage) => PublishToEach(outage);

    /// <summary>Says whether somebody watches a reference.</summary>
    /// <param name="reference">The reference.</param>
    protected bool IsWatched(SecretReference reference) => Find(reference) is { IsWatched: true };

    internal SecretState.Unavailable NoAnswer(SecretReference reference) =>
        new($"Source '{Name}' did not answer for '{reference}' within {_timeout}.");

    /// <summary>Counts a watcher in; null when the source is disposed.</summary>
    internal StateCell? Enter(SecretReference reference)
    {
        while (true)
        {
            StateCell? cell;
            lock (_gate)
            {
                if (_disposed)
                {
                    return null;
                }

                _connection ??= Detached.Run(SuperviseAsync);
                if (!_cells.TryGetValue(reference, out cell))
                {
                    cell = new StateCell(reference);
                    _cells.Add(reference, cell);
                }
            }

            // A cell that its last watcher just retired is out of the table by now, or will be in a moment.
            if (cell.TryEnter())
            {
                return cell;
            }
        }
    }

    /// <summary>Tells the source what the coming or going of a watcher means, until it is up to date.</summary>
    internal void Settle(StateCell cell)
    {
        while (true)
        {
            var transition = cell.BeginTransition(out var acquisition, out var outages);
            CountOutages(outages);
            switch (transition)
            {
                case StateCell.Transition.Acquire:
                    Acquire(cell, acquisition);
                    break;
                case StateCell.Transition.Release:
                    Release(cell);
                    break;
                case StateCell.Transition.Retire:
                    Retire(cell);
                    return;
                default:
                    return;
            }

            cell.EndTransition();
        }
    }

    private void Acquire(StateCell cell, int acquisition)
    {
        try
        {
            _deadlines.Add(cell, acquisition);
            OnFirstWatcher(cell.Reference);
        }
        catch (Exception exception)
        {
            Set(cell, StoreFailure.ToState(exception));
        }
    }

    private void Release(StateCell cell)
    {
        try
        {
            OnLastWatcher(cell.Reference);
        }
        catch (Exception exception)
        {
            ReleaseFailed(Logger, Name, cell.Reference, StoreFailure.Describe(exception));
        }
    }

    private void Retire(StateCell cell)
    {
        lock (_gate)
        {
            if (cell.TryRetire())
            {
                _cells.Remove(cell.Reference);
            }
        }
    }

    private StateCell? Find(SecretReference reference)
    {
        lock (_gate)
        {
            return _cells.GetValueOrDefault(reference);
        }
    }

    private StateCell[] Cells()
    {
        lock (_gate)
        {
            return [.. _cells.Values];
        }
    }
}
