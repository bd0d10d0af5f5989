using Microsoft.Extensions.DependencyInjection;
using SecretProviders.Testing;

namespace SecretProviders.Interop.Tests;

/// <summary>Names that nobody configured, as Envoy's on-demand certificate selector asks for them (often from SNI).</summary>
public abstract class OnDemandRules : ProtocolSuite
{
    private const int ResourceExhausted = 8;

    private protected OnDemandRules(SdsClient client, Transport transport)
        : base(client, transport)
    {
    }

    [Fact]
    public async Task Template_of_a_route_maps_a_name_that_nobody_configured()
    {
        await StartAsync(Route("sni/{host}", "tls/{host}/current"));
        Server.Source.Found("tls/shop.example.org/current", ProtocolServer.Generic("one"));
        var stream = await OpenDeltaAsync();

        await stream.SubscribeAsync("sni/shop.example.org");

        Assert.Equal(("sni/shop.example.org", "one"), ((await stream.ReadAsync()) is { } response ? (response.Secret.Name, response.Secret.Value) : default));
    }

    [Fact]
    public async Task Wildcard_certificate_covers_a_host_of_its_domain()
    {
        using var authority = new TestCertificateAuthority();
        await StartAsync(Route("sni/{host}", "{host:wildcard}"));
        Server.Source.Found("*.example.org", authority.Issue("*.example.org").Secret);
        var stream = await OpenDeltaAsync();

        await stream.SubscribeAsync("sni/shop.example.org", "sni/shop.example.net");
        var (first, second) = (await stream.ReadAsync(), await stream.ReadAsync());

        var (found, absent) = first.Secrets.IsEmpty ? (second, first) : (first, second);
        Assert.Equal("sni/shop.example.org", found.Secret.Name);
        Assert.Contains("BEGIN CERTIFICATE", found.Secret.Chain, StringComparison.Ordinal);
        Assert.Equal(["sni/shop.example.net"], absent.Removed);
    }

    [Fact]
    public async Task Name_that_no_route_takes_is_absent_and_reaches_no_source()
    {
        await StartAsync(Route("sni/{host}", "{host}"));
        var stream = await OpenDeltaAsync();

        await stream.SubscribeAsync("elsewhere/shop.example.org");

        Assert.Equal(["elsewhere/shop.example.org"], (await stream.ReadAsync()).Removed);
        Assert.Equal(0, Server.Source.Watches("shop.example.org"));
    }

    [Theory]
    [InlineData("sni/..")]
    [InlineData("sni/a/%2e%2e/b")]
    [InlineData("sni/a\u0001b")]
    [InlineData("")]
    public async Task Hostile_name_is_absent_and_reaches_no_source(string name)
    {
        await StartAsync(Route("sni/{host}", "{host}"));
        var stream = await OpenDeltaAsync();

        await stream.SubscribeAsync(name);

        Assert.Equal([name], (await stream.ReadAsync()).Removed);
        Assert.Equal([0, 0], [Server.Source.Watches(".."), Server.Source.Watches(name)]);
    }

    [Fact]
    public async Task Absence_is_remembered_for_a_while_when_nobody_subscribes()
    {
        await StartAsync(Route("sni/{host}", "{host}"));
        var stream = await OpenDeltaAsync();
        await AskAndLeaveAsync(stream);

        await AskAndLeaveAsync(stream);
        var cached = Server.Source.Watches("no.example.org");
        Server.Time.Advance(TimeSpan.FromMinutes(1));
        await Server.Source.WhenReleasedAsync("no.example.org");
        await AskAndLeaveAsync(stream);

        Assert.Equal((1, 2), (cached, Server.Source.Watches("no.example.org")));
    }

    [Fact]
    public async Task Names_of_one_consumer_are_limited_and_others_are_served()
    {
        await StartAsync(new() { Provider = static options => options.NamesPerConsumer = 3 });
        await Server.SetAsync("d", "one");
        var greedy = await OpenDeltaAsync("greedy");
        var modest = await OpenDeltaAsync("modest");
        await greedy.SubscribeAsync("a", "b", "c");

        await greedy.SubscribeAsync("d");
        var status = await greedy.Stream.ReadStatusAsync();
        await modest.SubscribeAsync("d");

        Assert.Equal(ResourceExhausted, status.Code);
        Assert.Contains("may hold 3", status.Details, StringComparison.Ordinal);
        Assert.Equal("one", (await modest.ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Names_of_a_route_are_limited_and_the_rest_is_served()
    {
        await StartAsync(new()
        {
            Routes = static secrets => secrets
                .Route(new SecretRoute("sni/{host}", [new RouteReference("scripted") { Key = "{host}" }]) { MaxNames = 2 })
                .Route("**", "scripted"),
        });
        await Server.SetAsync("token", "one");
        foreach (var host in new[] { "a", "b", "c" })
        {
            await Server.SetAsync(host, host);
        }

        var stream = await OpenDeltaAsync();
        await stream.HoldAsync("sni/a");
        await stream.HoldAsync("sni/b");

        await stream.SubscribeAsync("sni/c");
        var before = await stream.PassFenceAsync(Server);

        Assert.DoesNotContain("sni/c", before);
        Assert.Equal(SecretStatus.Denied, Server.Provider.Current("sni/c").Status);
        await stream.SubscribeAsync("token");
        Assert.Equal("one", (await stream.ReadAsync()).Secret.Value);
    }

    private static ProtocolSettings Route(string pattern, string key) => new()
    {
        Routes = secrets => secrets.Route(new SecretRoute(pattern, [new RouteReference("scripted") { Key = key }])),
    };

    private async Task AskAndLeaveAsync(DeltaStream stream)
    {
        const string Name = "sni/no.example.org";
        await stream.SubscribeAsync(Name);
        Assert.Equal([Name], (await stream.ReadAsync()).Removed);
        await stream.UnsubscribeAsync(Name);
        await Server.WhenAsync(Name, static explanation => explanation.Consumers == 0);
    }
}
