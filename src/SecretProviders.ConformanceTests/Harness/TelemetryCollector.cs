using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SecretProviders.ConformanceTests;

/// <summary>Every tag of every metric and activity of SecretProviders in this process, since it was made.</summary>
internal sealed class TelemetryCollector : IDisposable
{
    private const string Prefix = "SecretProviders";
    private readonly ConcurrentQueue<string> _tags = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;

    public TelemetryCollector()
    {
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<int>((_, _, tags, _) => Add(tags));
        _meters.SetMeasurementEventCallback<long>((_, _, tags, _) => Add(tags));
        _meters.SetMeasurementEventCallback<double>((_, _, tags, _) => Add(tags));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = static source => source.Name.StartsWith(Prefix, StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Add([.. activity.TagObjects]),
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public bool Contains(string text)
    {
        _meters.RecordObservableInstruments();
        return _tags.Any(tag => tag.Contains(text, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private void Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            _tags.Enqueue($"{tag.Key}={tag.Value}");
        }
    }
}
