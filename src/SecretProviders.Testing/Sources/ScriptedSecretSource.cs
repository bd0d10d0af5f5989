using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace SecretProviders.Testing;

/// <summary>
/// A source that says what the test tells it to, by key, and keeps the contract of a source while it does: an equal
/// state is not repeated, a slow reader gets the latest, the last good secret travels, not-found after a find is a
/// removal. A key without a script is not found. On request it breaks the contract, to test who has to bear it.
/// Safe for use by any number of threads.
/// </summary>
public sealed partial class ScriptedSecretSource : IRefreshableSecretSource
{
    private readonly Lock _gate = new();
    private readonly SignalList _signals = new();
    private readonly TimeProvider _timeProvider;
    private readonly Dictionary<SecretReference, ScriptedCell> _cells = [];
    private readonly Dictionary<string, ScriptedCell> _scripts = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposed = new();
    private ImmutableArray<SecretReference?> _refreshes = [];

    /// <summary>Makes a source.</summary>
    /// <param name="name">Its name, as in the origin of what it finds.</param>
    /// <param name="timeProvider">The clock that stamps deletions, or null for the system's.</param>
    public ScriptedSecretSource(string name = "scripted", TimeProvider? timeProvider = null)
    {
        Name = name;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets what was asked to be refreshed, in order; null stands for everything.</summary>
    public ImmutableArray<SecretReference?> Refreshes => ImmutableInterlocked.InterlockedCompareExchange(ref _refreshes, default, default);

    /// <summary>Gets a value indicating whether the source was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Says a state for every reference with a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="state">The state; what it lacks of LastGood and DeletedAt is carried over from the one before.</param>
    public void Set(string key, SecretState state) => Script(key, cell => cell.Set(state, _timeProvider.GetUtcNow()));

    /// <summary>Says a state for one reference alone.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="state">The state; what it lacks of LastGood and DeletedAt is carried over from the one before.</param>
    public void Set(SecretReference reference, SecretState state)
    {
        lock (_gate)
        {
            GetCell(reference).Set(state, _timeProvider.GetUtcNow());
        }
    }

    /// <summary>Breaks the contract: whoever watches the key from now on gets no answer until the next script.</summary>
    /// <param name="key">The key.</param>
    public void Silent(string key) => Script(key, static cell => cell.FallSilent());

    /// <summary>Breaks the contract: every watch of the key throws, until the next script.</summary>
    /// <param name="key">The key.</param>
    /// <param name="defect">What it throws.</param>
    public void Throw(string key, Exception defect) => Script(key, cell => cell.Throw(defect));

    /// <summary>Counts how often references with a key were watched, from the beginning.</summary>
    /// <param name="key">The key.</param>
    public int Watches(string key) => Sum(key, static cell => cell.Watches);

    /// <summary>Counts who watches references with a key now.</summary>
    /// <param name="key">The key.</param>
    public int LiveWatchers(string key) => Sum(key, static cell => cell.LiveWatchers);

    /// <summary>Counts who watches one reference now.</summary>
    /// <param name="reference">The reference.</param>
    public int LiveWatchers(SecretReference reference)
    {
        lock (_gate)
        {
            return _cells.TryGetValue(reference, out var cell) ? cell.LiveWatchers : 0;
        }
    }

    /// <summary>Waits until references with a key have at least so many live watchers.</summary>
    /// <param name="key">The key.</param>
    /// <param name="watchers">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not happen within the time after which a test counts as hanging.</exception>
    public Task WhenWatchedAsync(string key, int watchers = 1, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => LiveWatchers(key) >= watchers, $"{watchers} watchers of '{key}'", cancellationToken);

    /// <summary>Waits until nobody watches references with a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not happen within the time after which a test counts as hanging.</exception>
    public Task WhenReleasedAsync(string key, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => LiveWatchers(key) == 0, $"the release of '{key}'", cancellationToken);

    /// <summary>Waits until a refresh was asked for so often, from the beginning.</summary>
    /// <param name="times">How often.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not happen within the time after which a test counts as hanging.</exception>
    public Task WhenRefreshedAsync(int times = 1, CancellationToken cancellationToken = default) =>
        _signals.WaitAsync(() => Refreshes.Length >= times, $"{times} refreshes", cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SecretState> WatchAsync(
        SecretReference reference,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (cell, wakeUps) = Attach(reference);
        try
        {
            using var cancelled = cancellationToken.UnsafeRegister(static writer => ((ChannelWriter<bool>)writer!).TryComplete(), wakeUps.Writer);
            using var disposed = _disposed.Token.UnsafeRegister(static writer => ((ChannelWriter<bool>)writer!).TryComplete(), wakeUps.Writer);
            SecretState? last = null;
            while (await wakeUps.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false)
                && !cancellationToken.IsCancellationRequested
                && !_disposed.IsCancellationRequested)
            {
                wakeUps.Reader.TryRead(out _);
                if (Read(cell) is { } state && !state.Equals(last))
                {
                    yield return last = state;
                }
            }
        }
        finally
        {
            Detach(cell, wakeUps);
        }
    }

    /// <summary>Records the request; a script needs no looking.</summary>
    /// <inheritdoc cref="IRefreshableSecretSource.RefreshAsync" path="/param"/>
    public ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        ImmutableInterlocked.Update(ref _refreshes, static (refreshes, added) => refreshes.Add(added), reference);
        _signals.Pulse();
        return ValueTask.CompletedTask;
    }

    /// <summary>Completes every watch.</summary>
    public async ValueTask DisposeAsync()
    {
        IsDisposed = true;

        // Not disposed as well: a watch that begins later still asks it, and it holds no timer.
        await _disposed.CancelAsync().ConfigureAwait(false);
    }

    private void Script(string key, Action<ScriptedCell> script)
    {
        lock (_gate)
        {
            if (!_scripts.TryGetValue(key, out var scripted))
            {
                _scripts[key] = scripted = new ScriptedCell();
            }

            script(scripted);
            foreach (var (_, cell) in _cells.Where(pair => pair.Key.Key == key))
            {
                script(cell);
            }
        }
    }

    private ScriptedCell GetCell(SecretReference reference)
    {
        if (!_cells.TryGetValue(reference, out var cell))
        {
            _cells[reference] = cell = new ScriptedCell(_scripts.GetValueOrDefault(reference.Key));
        }

        return cell;
    }

    private (ScriptedCell Cell, Channel<bool> WakeUps) Attach(SecretReference reference)
    {
        ScriptedCell cell;
        Channel<bool> wakeUps;
        lock (_gate)
        {
            cell = GetCell(reference);
            wakeUps = cell.Attach();
        }

        _signals.Pulse();
        return (cell, wakeUps);
    }

    private void Detach(ScriptedCell cell, Channel<bool> wakeUps)
    {
        lock (_gate)
        {
            cell.Detach(wakeUps);
        }

        _signals.Pulse();
    }

    private SecretState? Read(ScriptedCell cell)
    {
        lock (_gate)
        {
            return cell.Answer;
        }
    }

    private int Sum(string key, Func<ScriptedCell, int> count)
    {
        lock (_gate)
        {
            return _cells.Where(pair => pair.Key.Key == key).Sum(pair => count(pair.Value));
        }
    }
}
