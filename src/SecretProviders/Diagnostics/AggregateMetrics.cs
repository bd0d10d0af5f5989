using System.Diagnostics.Metrics;

namespace SecretProviders.Diagnostics;

/// <summary>
/// What an aggregate counts, on the meter <c>SecretProviders</c>. Tags are constant sets (sources, kinds, states): a
/// name or a consumer never becomes one.
/// </summary>
internal sealed class AggregateMetrics : IDisposable
{
    public const string MeterName = "SecretProviders";

    private readonly Meter _meter;
    private readonly Counter<long> _published;
    private readonly Counter<long> _states;
    private readonly Counter<long> _reports;
    private readonly UpDownCounter<long> _names;
    private readonly UpDownCounter<long> _subscriptions;

    /// <summary>Makes the instruments.</summary>
    /// <param name="scope">What they measure: tells the aggregates of one process apart.</param>
    /// <param name="lagging">Counts, when somebody looks, the consumers that said nothing of what is published.</param>
    public AggregateMetrics(object scope, Func<long> lagging)
    {
        _meter = new Meter(new MeterOptions(MeterName) { Scope = scope });
        _published = _meter.CreateCounter<long>("secretproviders.published", "{snapshot}", "Snapshots published that were news to a reader.");
        _states = _meter.CreateCounter<long>("secretproviders.source.states", "{state}", "States that sources reported.");
        _reports = _meter.CreateCounter<long>("secretproviders.reports", "{report}", "What consumers said of the versions they were given.");
        _names = _meter.CreateUpDownCounter<long>("secretproviders.names", "{name}", "Names that are watched.");
        _subscriptions = _meter.CreateUpDownCounter<long>("secretproviders.subscriptions", "{subscription}", "Open subscriptions.");
        _meter.CreateObservableUpDownCounter("secretproviders.lagging", lagging, "{consumer}", "Consumers that said nothing yet of the version of a name that is published.");
    }

    // Tags cost allocations on the hottest path, so they are made only for somebody who listens.
    public void Published(SecretSnapshot snapshot)
    {
        if (_published.Enabled)
        {
            Count(_published, new("kind", snapshot.Kind?.ToString() ?? "none"), new("status", snapshot.Status.ToString()));
        }
    }

    public void State(string source, SecretState state)
    {
        if (_states.Enabled)
        {
            Count(_states, new("source", source), new("state", state.GetType().Name));
        }
    }

    public void Report(SecretOutcome outcome)
    {
        if (_reports.Enabled)
        {
            Count(_reports, new KeyValuePair<string, object?>("outcome", outcome.ToString()));
        }
    }

    public void Names(int change) => Change(_names, change);

    public void Subscriptions(int change) => Change(_subscriptions, change);

    public void Dispose() => _meter.Dispose();

    // A listener is other people's code: what it throws must not end what is being counted.
    private static void Count(Counter<long> counter, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        try
        {
            counter.Add(1, tags);
        }
        catch (Exception)
        {
            // Its owner has its own ways to tell.
        }
    }

    private static void Change(UpDownCounter<long> counter, int change)
    {
        try
        {
            counter.Add(change);
        }
        catch (Exception)
        {
            // Likewise.
        }
    }
}
