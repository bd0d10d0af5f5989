using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using SecretProviders.Polling;
using SecretProviders.Watching;

namespace SecretProviders;

/// <summary>
/// The base of a source whose store cannot tell of changes: it writes one <see cref="FetchAsync"/>, and this class
/// reads each watched reference at a jittered interval, one read at a time, sooner after a failure (with a jittered
/// exponential back-off, or when the store says so), and at once when asked to refresh.
/// </summary>
/// <remarks>
/// What a read created (<see cref="SecretState.Found.Minted"/>) is not polled but renewed late in its life, and after
/// its last watcher kept until it ends, for the next.
/// </remarks>
public abstract partial class PollingSecretSource : SecretStateHub
{
    private const int DefaultConcurrentReads = 64;

    // Whoever means never says so by a number beyond all instants.
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(3650);

    private readonly Lock _gate = new();
    private readonly Dictionary<SecretReference, ReferencePoll> _polls = [];
    private readonly TimeSpan _interval;
    private readonly TimeSpan _timeout;
    private readonly SemaphoreSlim _turns;

    /// <summary>Makes a source.</summary>
    /// <param name="name">The source's configured name.</param>
    /// <param name="interval">The time between two reads of a reference, above zero; each is up to a tenth shorter.</param>
    /// <param name="timeout">How long one read may take, and so the first state of a reference.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The source's own logger.</param>
    /// <param name="concurrentReads">How many reads, or at disposal releases, may be under way at once; more wait for their turn, reads outside their time-out.</param>
    protected PollingSecretSource(
        string name, TimeSpan interval, TimeSpan timeout, TimeProvider timeProvider, ILogger logger, int concurrentReads = DefaultConcurrentReads)
        : base(name, timeout, timeProvider, logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        _interval = interval < LongestInterval ? interval : LongestInterval;
        _timeout = timeout;
        _turns = new SemaphoreSlim(concurrentReads);
        Kept = new KeptSecrets(timeProvider);
    }

    internal TimeProvider Clock => TimeProvider;

    internal KeptSecrets Kept { get; }

    /// <summary>
    /// Reads again at once; a read that is under way may be too old, so another follows it. Without a reference it
    /// leaves alone what a read created and is sound, since that would create everything anew.
    /// </summary>
    /// <inheritdoc/>
    public override async ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        Task[] rounds;
        lock (_gate)
        {
            rounds = reference is null
                ? [.. _polls.Values.Where(static poll => !poll.HoldsMinted).Select(static poll => poll.Refresh())]
                : _polls.TryGetValue(reference, out var poll) ? [poll.Refresh()] : [];
        }

        await Task.WhenAll(rounds).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads one reference. Never called twice at once for one reference. A failure may be returned as a state or
    /// thrown as <see cref="SecretSourceException"/>; anything else that is thrown becomes Unavailable.
    /// </summary>
    /// <param name="reference">What to read.</param>
    /// <param name="previous">
    /// What this source's watchers saw last, or null at the first read: its <see cref="SecretState.LastGood"/> carries
    /// the store's version of what we have, for a conditional read. Returning it, or its last good, says: unchanged.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the read takes longer than the source's time-out, or nobody watches any more.</param>
    protected abstract ValueTask<SecretState> FetchAsync(SecretReference reference, SecretState? previous, CancellationToken cancellationToken);

    /// <summary>
    /// Gets when to read a reference again after an answer (after Unavailable the back-off decides). By default after
    /// the interval, or sooner while something that a read created nears its end and cannot be renewed; what the read
    /// created near the end of its life, so that time is left to try again. When it throws, that is logged once and the
    /// default holds.
    /// </summary>
    /// <param name="reference">What was read.</param>
    /// <param name="state">The answer.</param>
    /// <param name="now">When it came.</param>
    /// <returns>The instant, or null for never.</returns>
    protected virtual DateTimeOffset? NextRead(SecretReference reference, SecretState state, DateTimeOffset now) => DefaultNextRead(state, now);

    /// <summary>
    /// Ends at the store what a read created and what has not ended by itself: called for each such secret when the
    /// source is disposed, after its last read. Does nothing by default. What it throws is logged.
    /// </summary>
    /// <param name="reference">What was read.</param>
    /// <param name="minted">What the read created.</param>
    /// <param name="cancellationToken">Cancelled when all of them together take longer than the source's time-out.</param>
    protected virtual ValueTask ReleaseAsync(SecretReference reference, SecretState.Found minted, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// Says whether what a read created, and what was kept since its last watcher left, is still good for the next; else
    /// it is forgotten and read anew, as it is when this throws. Always by default, until it ends.
    /// </summary>
    /// <param name="reference">What was read.</param>
    /// <param name="kept">What the read created.</param>
    protected virtual bool IsStillGood(SecretReference reference, SecretState.Found kept) => true;

    /// <inheritdoc/>
    protected sealed override void OnFirstWatcher(SecretReference reference)
    {
        lock (_gate)
        {
            var predecessor = _polls.GetValueOrDefault(reference)?.Completion ?? Task.CompletedTask;
            _polls[reference] = new ReferencePoll(this, reference, predecessor);
        }
    }

    /// <inheritdoc/>
    protected sealed override void OnLastWatcher(SecretReference reference)
    {
        ReferencePoll poll;
        lock (_gate)
        {
            poll = _polls[reference];
        }

        poll.Dispose();
    }

    /// <inheritdoc/>
    protected override async ValueTask DisposeCoreAsync()
    {
        Task[] polls;
        lock (_gate)
        {
            polls = [.. _polls.Values.Select(static poll => poll.Completion)];
        }

        await Task.WhenAll(polls).ConfigureAwait(false);
        await ReleaseAllAsync().ConfigureAwait(false);
        _turns.Dispose();
        await base.DisposeCoreAsync().ConfigureAwait(false);
    }

    /// <summary>Takes back what was kept for the next watcher of a reference, if it is still good.</summary>
    internal bool TryTakeKept(SecretReference reference, [NotNullWhen(true)] out KeptSecrets.Kept? kept) =>
        Kept.TryTake(reference, out kept) && Judge(reference, kept.Found);

    internal void Say(SecretReference reference, SecretState state) => Publish(reference, state);

    internal void Forget(ReferencePoll poll)
    {
        lock (_gate)
        {
            if (_polls.GetValueOrDefault(poll.Reference) == poll)
            {
                _polls.Remove(poll.Reference);
            }
        }
    }

    private async Task ReleaseAllAsync()
    {
        var minted = Kept.TakeAll();
        if (minted.Length == 0)
        {
            return;
        }

        using var limit = new CancellationTokenSource(_timeout, TimeProvider);
        await Task.WhenAll(minted.Select(one => ReleaseOneAsync(one.Key, one.Value, limit.Token))).ConfigureAwait(false);
    }

    private async Task ReleaseOneAsync(SecretReference reference, SecretState.Found minted, CancellationToken cancellationToken)
    {
        try
        {
            await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await ReleaseAsync(reference, minted, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (Exception exception)
        {
            ReleaseFailed(Logger, Name, reference, StoreFailure.Describe(exception));
        }
    }
}
