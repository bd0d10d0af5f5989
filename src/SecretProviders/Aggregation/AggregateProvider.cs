using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Aggregation;
using SecretProviders.Aggregation.Readers;
using SecretProviders.Routing;

namespace SecretProviders;

/// <summary>
/// Composes any number of sources, by routes and rules, into one provider of secrets; and is itself a source, so that
/// aggregates nest. Owns its sources: disposing it disposes them. Safe for use by any number of threads.
/// </summary>
public sealed class AggregateProvider : ISecretProvider, ISecretProviderControl, IRefreshableSecretSource
{
    private readonly ImmutableSortedDictionary<string, ISecretSource> _sources;
    private readonly AggregateCore _core;
    private readonly NameRegistry _names;
    private readonly NameReaders _readers;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _replacing = new();
    private int _disposed;

    /// <summary>Makes a provider. Nothing is watched until a name is asked for.</summary>
    /// <param name="sources">The sources by the names that routes use.</param>
    /// <param name="options">The routes and limits.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    /// <param name="loggerFactory">Where to log; nowhere when null.</param>
    /// <exception cref="SecretConfigurationException">A route or limit cannot be used; all mistakes are listed.</exception>
    public AggregateProvider(
        IEnumerable<KeyValuePair<string, ISecretSource>> sources,
        AggregateProviderOptions options,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        _sources = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, sources);
        _timeProvider = timeProvider ?? TimeProvider.System;
        AggregateOptionsCheck.Require(options);
        var routes = RouteCompiler.Compile(options.Routes, _sources, revision: 1);
        var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<AggregateProvider>();
        _core = new AggregateCore(options, routes, _timeProvider, logger, scope: this);
        _names = new NameRegistry(_core);
        _readers = new NameReaders(_core, _names);
    }

    /// <inheritdoc/>
    public ImmutableArray<string> Names => [.. _core.Entries.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Gets the longest time after which every name has an answer; an outer aggregate must wait longer.</summary>
    internal TimeSpan LongestFirstAnswer =>
        _core.Routes.Routes.Select(static route => route.Route.FirstAnswer).DefaultIfEmpty(TimeSpan.Zero).Max();

    /// <inheritdoc/>
    public SecretSnapshot Current(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_core.Entries.TryGetValue(name, out var entry))
        {
            return entry.Snapshot;
        }

        var routes = _core.Routes;
        return routes.Match(name) is null
            ? new SecretSnapshot(name, SecretStatus.Absent) { Problem = Unrouted.Problem(name) }
            : new SecretSnapshot(name, SecretStatus.Pending);
    }

    /// <inheritdoc/>
    public ValueTask<SecretSnapshot> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _readers.GetAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public ISecretSubscription Subscribe(SecretConsumer consumer, params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        return _readers.Subscribe(consumer, [.. names]);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return NestedWatch.ReadAsync(_readers, reference, _timeProvider, cancellationToken);
    }

    /// <inheritdoc/>
    public SecretExplanation Explain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_core.Gate)
        {
            return AggregateExplainer.Explain(_core, name);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WaitUntilReadyAsync(IEnumerable<string> names, CancellationToken cancellationToken = default)
    {
        var missing = names.ToHashSet(StringComparer.Ordinal);
        var subscription = _readers.Subscribe(new SecretConsumer("readiness"), missing, isLimited: false);
        await using (subscription.ConfigureAwait(false))
        {
            missing.RemoveWhere(name => Current(name).Status is SecretStatus.Available or SecretStatus.Stale);
            if (missing.Count == 0)
            {
                return;
            }

            await foreach (var batch in subscription.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (var change in batch.Changes.Where(static change => change.Secret is not null))
                {
                    missing.Remove(change.Name);
                }

                if (missing.Count == 0)
                {
                    return;
                }
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new ObjectDisposedException(nameof(AggregateProvider));
    }

    /// <inheritdoc/>
    public async ValueTask<bool> WaitAppliedAsync(
        string name, SecretVersion version, double quorum, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (quorum is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(quorum), quorum, "A quorum is a share above 0 and at most 1.");
        }

        var done = _names.Applied.Begin(name, version, quorum);
        try
        {
            await done.Task.WaitAsync(timeout, _timeProvider, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            _names.Applied.Forget(name, done);
        }
    }

    /// <inheritdoc/>
    public async ValueTask RefreshAsync(string source, string? name = null, CancellationToken cancellationToken = default)
    {
        if (!_sources.TryGetValue(source, out var found))
        {
            throw new ArgumentException($"There is no source '{source}'; known are: {string.Join(", ", _sources.Keys)}.", nameof(source));
        }

        if (found is not IRefreshableSecretSource refreshable)
        {
            return;
        }

        if (name is null)
        {
            await refreshable.RefreshAsync(null, cancellationToken).ConfigureAwait(false);
            return;
        }

        var references = _core.Routes.Match(name)?.References ?? [];
        foreach (var reference in references.Where(reference => reference.SourceName == source))
        {
            await refreshable.RefreshAsync(reference.Reference, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks the sources again: those of one name, or all.</summary>
    /// <inheritdoc/>
    public async ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        // Each on its own: a source that fails or is slow must not keep the others from it.
        await Task.WhenAll(_sources.Keys.Select(source => RefreshAsync(source, reference?.Key, cancellationToken).AsTask())).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public long ReplaceRoutes(IEnumerable<SecretRoute> routes)
    {
        lock (_replacing)
        {
            var table = RouteCompiler.Compile(routes, _sources, _core.Routes.Revision + 1);
            _names.ReplaceRoutes(table);
            AggregateLog.RoutesReplaced(_core.Logger, table.Revision, table.Routes.Length);
            return table.Revision;
        }
    }

    /// <summary>Ends every subscription and watch, then disposes the sources.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _names.Dispose();
        _readers.End();
        try
        {
            // Each on its own: a source that fails or hangs must not keep the others' sockets, watches and leases.
            await Task.WhenAll(_sources.Select(source => Task.Run(() => EndAsync(source.Key, source.Value)))).ConfigureAwait(false);
        }
        finally
        {
            _core.Dispose();
        }
    }

    private async Task EndAsync(string name, ISecretSource source)
    {
        await _names.StoppedAsync(name).ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
    }
}
