using System.Diagnostics.Metrics;
using SecretProviders.Testing;
using SecretProviders.Xds.Sds;
using SecretProviders.Xds.Sds.Deliveries;

namespace SecretProviders.Xds.Tests.Sds;

public sealed class SecretDiscoveryMetricsTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new();
    private readonly ManualTimeProvider _time = new();
    private readonly SecretDiscoveryMetrics _metrics;
    private readonly DeliveryTable _table;
    private readonly MeterListener _listener = new();
    private readonly List<string> _measured = [];

    public SecretDiscoveryMetricsTests()
    {
        _metrics = new SecretDiscoveryMetrics(_provider);
        _table = new DeliveryTable(SecretDiscoveryProtocol.Delta, _time, new SecretDiscoveryOptions()) { Metrics = _metrics };

        // Other tests measure beside this one; the scope tells them apart.
        _listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter is { Name: "SecretProviders", Scope: { } scope } && scope == _provider)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _measured.Add($"{instrument.Name} {tags[0].Key}={tags[0].Value} {value}"));
        _listener.Start();
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _metrics.Dispose();
        return _provider.DisposeAsync();
    }

    [Fact]
    public void Acknowledgement_that_does_not_come_in_time_is_counted_when_news_goes_out_all_the_same()
    {
        Send("1");
        Send("2");
        Assert.False(_table.TryTake(out _));
        Assert.Empty(_measured);

        _time.Advance(TimeSpan.FromSeconds(5));
        _table.ReleaseOverdue();

        Assert.True(_table.TryTake(out _));
        Assert.Equal(["secretproviders.acknowledgements.overdue protocol=Delta 1"], _measured);
    }

    [Fact]
    public void Late_acknowledgement_that_holds_nothing_back_is_not_counted()
    {
        var nonce = Send("1");

        _time.Advance(TimeSpan.FromMinutes(5));
        _table.Settle(nonce);
        Send("2");

        Assert.Empty(_measured);
    }

    private long Send(string version)
    {
        if (!_table.TryGet("a", out _))
        {
            _table.Ask("a", out _);
        }

        _table.Apply([new SecretSnapshot("a", SecretStatus.Available) { Kind = SecretKind.Generic, Secret = SdsSession.Generic(version), Version = new(version) }]);
        return _table.TryTake(out var order) ? order.Nonce : 0;
    }
}
