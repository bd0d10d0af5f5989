using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SecretProviders.Diagnostics;
using SecretProviders.Publishing;
using SecretProviders.Routing;

namespace SecretProviders.Aggregation;

/// <summary>
/// What the parts of one aggregate share. One gate guards all decisions: they are pure and take microseconds, and trust
/// and leaves of different names must be decided together.
/// </summary>
internal sealed class AggregateCore(AggregateProviderOptions options, RouteTable routes, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    public Lock Gate { get; } = new();

    public AggregateProviderOptions Options { get; } = options;

    public TimeProvider TimeProvider { get; } = timeProvider;

    public ILogger Logger { get; } = logger;

    public AggregateMetrics Metrics { get; } = new();

    /// <summary>Gets what computes the content id of a secret.</summary>
    public Func<Secret, SecretVersion> VersionOf { get; } = new SecretVersioner(options.VersionKey).Compute;

    /// <summary>Gets the watched names; changed under the gate, read without it.</summary>
    public ConcurrentDictionary<string, NameEntry> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets, by name of a validation context, the names whose decisions look at it.</summary>
    public Dictionary<string, HashSet<NameEntry>> Followers { get; } = new(StringComparer.Ordinal);

    public RouteTable Routes { get; set; } = routes;

    public long Revision { get; set; }

    public DateTimeOffset Now => TimeProvider.GetUtcNow();

    public void Dispose() => Metrics.Dispose();
}
