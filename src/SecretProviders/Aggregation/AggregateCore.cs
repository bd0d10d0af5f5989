using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SecretProviders.Aggregation.Readers;
using SecretProviders.Diagnostics;
using SecretProviders.Publishing;
using SecretProviders.Routing;

namespace SecretProviders.Aggregation;

/// <summary>
/// What the parts of one aggregate share. One gate guards all decisions: they are pure and take microseconds, and trust
/// and leaves of different names must be decided together.
/// </summary>
internal sealed class AggregateCore : IDisposable
{
    public AggregateCore(AggregateProviderOptions options, RouteTable routes, TimeProvider timeProvider, ILogger logger, object scope)
    {
        Options = options;
        Routes = routes;
        TimeProvider = timeProvider;
        Logger = GuardedLogger.Around(logger);
        VersionOf = new SecretVersioner(options.VersionKey).Compute;
        Metrics = new AggregateMetrics(scope, CountLagging);
    }

    public Lock Gate { get; } = new();

    public AggregateProviderOptions Options { get; }

    public TimeProvider TimeProvider { get; }

    public ILogger Logger { get; }

    public AggregateMetrics Metrics { get; }

    /// <summary>Gets what computes the content id of a secret.</summary>
    public Func<Secret, SecretVersion> VersionOf { get; }

    /// <summary>Gets the watched names; changed under the gate, read without it.</summary>
    public ConcurrentDictionary<string, NameEntry> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets, by name of a validation context, the names whose decisions look at it.</summary>
    public Dictionary<string, HashSet<NameEntry>> Followers { get; } = new(StringComparer.Ordinal);

    public RouteTable Routes { get; set; }

    public long Revision { get; set; }

    public DateTimeOffset Now => TimeProvider.GetUtcNow();

    public void Dispose() => Metrics.Dispose();

    // Name by name, so that a look at a large aggregate does not hold up its decisions.
    private long CountLagging()
    {
        var count = 0L;
        foreach (var entry in Entries.Values)
        {
            lock (Gate)
            {
                count += entry.Snapshot.Secret is null ? 0 : VersionCount.Of(entry, entry.Snapshot.Version).Lagging;
            }
        }

        return count;
    }
}
