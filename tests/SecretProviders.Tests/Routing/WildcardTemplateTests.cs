using SecretProviders.Testing;
using SecretProviders.Tests.Aggregation;

namespace SecretProviders.Tests.Routing;

public sealed class WildcardTemplateTests
{
    private static readonly SecretRoute OnDemand = new("{host}", [new RouteReference("first") { Key = "{host}" }, new RouteReference("first") { Key = "{host:wildcard}" }]);

    [Theory]
    [InlineData("a.example.org", "*.example.org")]
    [InlineData("a.b.example.org", "*.b.example.org")]
    [InlineData("*.example.org", "*.example.org")]
    public async Task A_name_without_its_own_certificate_gets_the_wildcard_that_covers_it(string name, string key)
    {
        await using var fixture = new AggregateFixture(OnDemand);
        var certificate = fixture.Issue(key);
        fixture.First.Found(key, certificate);

        Assert.Same(certificate, (await fixture.Provider.GetAsync(name)).Secret);
    }

    [Fact]
    public async Task A_certificate_of_its_own_comes_first()
    {
        await using var fixture = new AggregateFixture(OnDemand);
        var own = fixture.Issue("a.example.org");
        fixture.First.Found("a.example.org", own);
        fixture.First.Found("*.example.org", fixture.Issue("*.example.org"));

        Assert.Same(own, (await fixture.Provider.GetAsync("a.example.org")).Secret);
    }

    [Fact]
    public async Task A_wildcard_covers_one_label_only()
    {
        await using var fixture = new AggregateFixture(OnDemand);
        fixture.First.Found("*.example.org", fixture.Issue("*.example.org"));

        Assert.Equal(SecretStatus.Absent, (await fixture.Provider.GetAsync("a.b.example.org")).Status);
    }

    [Fact]
    public async Task A_pattern_cannot_hold_it()
    {
        var source = new ScriptedSecretSource();
        await using var _ = source;
        var options = new AggregateProviderOptions();
        options.Routes.Add(new SecretRoute("{host:wildcard}", [new RouteReference("one")]));

        var error = Assert.Throws<SecretConfigurationException>(() => new AggregateProvider([KeyValuePair.Create<string, ISecretSource>("one", source)], options));

        Assert.Contains("{host:wildcard}", error.Message, StringComparison.Ordinal);
    }
}
