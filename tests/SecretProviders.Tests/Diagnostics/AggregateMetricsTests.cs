using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using SecretProviders.Tests.Aggregation;

namespace SecretProviders.Tests.Diagnostics;

public sealed class AggregateMetricsTests
{
    [Fact]
    public async Task States_snapshots_names_subscriptions_and_reports_are_counted_without_naming_secrets()
    {
        var measured = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, listening) =>
        {
            if (instrument.Meter.Name == "SecretProviders")
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            // Other tests run beside this one; only this test's source and kind are counted.
            var text = string.Join(",", tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}"));
            measured.AddOrUpdate($"{instrument.Name} {text}", value, (_, sum) => sum + value);
        });
        listener.Start();

        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("marker-name"));
        fixture.First.Found("marker-name", fixture.Issue());
        await using (var subscription = fixture.Provider.Subscribe(new SecretConsumer("marker-consumer"), "marker-name"))
        {
            var snapshot = await fixture.Provider.GetAsync("marker-name");
            subscription.Report("marker-name", snapshot.Version, SecretOutcome.Applied);
        }

        Assert.Contains("secretproviders.published kind=TlsCertificate,status=Available", measured.Keys);
        Assert.Contains("secretproviders.source.states source=first,state=Found", measured.Keys);
        Assert.Contains("secretproviders.reports outcome=Applied", measured.Keys);
        Assert.Contains("secretproviders.names ", measured.Keys);
        Assert.Contains("secretproviders.subscriptions ", measured.Keys);
        Assert.DoesNotContain(measured.Keys, static key => key.Contains("marker", StringComparison.Ordinal));
    }
}
