using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SecretProviders.Interop.Tests;

/// <summary>What the metrics of one provider have counted; those of other servers in this process are left aside.</summary>
internal sealed class MeasuredCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _sums = new();
    private readonly ConcurrentDictionary<string, long> _latest = new();

    public MeasuredCounts(ISecretProvider provider)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter is { Name: "SecretProviders", Scope: { } scope } && scope == provider)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            _latest[instrument.Name] = value;
            _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
        });
        _listener.Start();
    }

    /// <summary>Gets the sum of what a counter was told.</summary>
    public long Sum(string counter) => _sums.GetValueOrDefault(counter);

    /// <summary>Looks at an observed instrument now.</summary>
    public long Observe(string instrument)
    {
        _listener.RecordObservableInstruments();
        return _latest[instrument];
    }

    public void Dispose() => _listener.Dispose();
}
