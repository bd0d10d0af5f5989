namespace SecretProviders.Tests.Aggregation;

public sealed class AggregateExplainerTests
{
    [Fact]
    public async Task What_is_asked_after_disposal_is_answered_without_sources()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        fixture.First.Found("a", fixture.Issue());
        await using var subscription = fixture.Provider.Subscribe(new SecretConsumer("1"), "a");
        var snapshot = await fixture.Provider.GetAsync("a", TestContext.Current.CancellationToken);
        Assert.Single(fixture.Provider.Explain("a").Sources);

        await fixture.Provider.DisposeAsync();
        var explanation = fixture.Provider.Explain("a");

        Assert.Empty(explanation.Sources);
        Assert.Equal(snapshot.Version, explanation.Snapshot.Version);
    }
}
