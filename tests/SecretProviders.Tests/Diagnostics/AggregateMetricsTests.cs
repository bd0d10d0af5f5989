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

    [Fact]
    public async Task Consumers_that_said_nothing_of_the_published_version_are_lagging()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("lag"));
        fixture.First.Found("lag", fixture.Issue());
        await using var applies = fixture.Provider.Subscribe(new SecretConsumer("applies"), "lag");
        await using var refuses = fixture.Provider.Subscribe(new SecretConsumer("refuses"), "lag");
        await using var silent = fixture.Provider.Subscribe(new SecretConsumer("silent"), "lag");
        await using var absent = fixture.Provider.Subscribe(new SecretConsumer("other"), "not-there");
        var version = (await fixture.Provider.GetAsync("lag")).Version;
        Assert.Equal(3, Lagging(fixture.Provider));

        applies.Report("lag", version, SecretOutcome.Applied);
        refuses.Report("lag", version, SecretOutcome.Rejected, "no");
        Assert.Equal(1, Lagging(fixture.Provider));

        silent.Report("lag", version, SecretOutcome.Applied);
        Assert.Equal(0, Lagging(fixture.Provider));
    }

    private static long Lagging(AggregateProvider provider)
    {
        long? lagging = null;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == "secretproviders.lagging" && instrument.Meter.Scope == provider)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => lagging = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return Assert.NotNull(lagging);
    }
}
