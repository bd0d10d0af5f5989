using SecretProviders.Host.Serving;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>Fully named secrets are kept at hand, within the limits that hold for everybody.</summary>
public sealed class StandingDemandTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new() { NamesPerConsumer = 2 };

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task Names_are_subscribed_in_portions()
    {
        await using var demand = new StandingDemand(_provider, ["a", "b", "c", "d", "e"], portion: 2);

        Assert.All(["a", "b", "c", "d", "e"], name => Assert.Equal(1, _provider.Subscribers(name)));
        Assert.Equal(3, _provider.Consumers.Select(static consumer => consumer.Id).Distinct().Count());
    }

    [Fact]
    public async Task Each_version_is_reported_as_used()
    {
        await using var demand = new StandingDemand(_provider, ["a"], portion: 2);

        _provider.Set("a", new GenericSecret(SensitiveBytes.Copy([1])));

        Assert.Equal(SecretOutcome.Applied, (await _provider.WhenReportedAsync(static report => report.Name == "a")).Outcome);
    }

    [Fact]
    public async Task Replaced_names_are_released_and_new_ones_subscribed()
    {
        await using var demand = new StandingDemand(_provider, ["a", "b"], portion: 2);

        await demand.ReplaceAsync(["b", "c"]);

        Assert.Equal((0, 1, 1), (_provider.Subscribers("a"), _provider.Subscribers("b"), _provider.Subscribers("c")));
        Assert.Equal((false, true, true), (demand.Holds("a"), demand.Holds("b"), demand.Holds("c")));
    }

    [Fact]
    public async Task A_name_that_stays_is_never_without_a_subscriber()
    {
        var provider = new OrderedProvider(_provider);
        await using var demand = new StandingDemand(provider, ["a", "b"], portion: 2);

        await demand.ReplaceAsync(["b", "c"]);

        Assert.Equal(["host/1 begins", "host/2 begins", "host/1 ends"], provider.Order);
    }

    [Fact]
    public async Task The_same_names_in_another_order_change_nothing()
    {
        await using var demand = new StandingDemand(_provider, ["a", "b"], portion: 2);
        var before = _provider.Consumers;

        await demand.ReplaceAsync(["b", "a"]);

        Assert.Equal(before, _provider.Consumers);
    }

    [Fact]
    public async Task Disposal_releases_everything()
    {
        var demand = new StandingDemand(_provider, ["a", "b", "c"], portion: 2);

        await demand.DisposeAsync();

        Assert.Empty(_provider.Consumers);
    }

    [Fact]
    public async Task Without_names_there_is_no_subscription()
    {
        await using var demand = new StandingDemand(_provider, [], portion: 2);

        Assert.Empty(_provider.Consumers);
    }
}
