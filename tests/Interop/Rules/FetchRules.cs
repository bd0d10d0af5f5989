using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Interop.Tests;

/// <summary>The rules of <c>FetchSecrets</c>, and the errors that every call can end with.</summary>
public abstract class FetchRules : ProtocolSuite
{
    private const int OK = 0;
    private const int InvalidArgument = 3;
    private const int ResourceExhausted = 8;
    private const int Unimplemented = 12;
    private const int Unavailable = 14;

    private protected FetchRules(SdsClient client, Transport transport)
        : base(client, transport)
    {
    }

    [Fact]
    public async Task Known_names_are_answered_together_and_the_call_is_over()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");

        var call = await FetchAsync("b", "a");
        var response = await call.ReadAsync();

        Assert.Equal([("b", "two"), ("a", "one")], response.Secrets.Select(static secret => (secret.Name, secret.Value!)));
        Assert.Equal(SecretTypes.SecretUrl, response.Type);
        Assert.Equal(OK, (await call.ReadStatusAsync()).Code);
        await Server.WhenAsync("a", static explanation => explanation.Consumers == 0);
    }

    [Fact]
    public async Task Name_without_a_secret_is_left_out()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");

        var response = await (await FetchAsync("absent", "a")).ReadAsync();

        Assert.Equal("a", response.Secret.Name);
    }

    [Fact]
    public async Task Pending_name_is_waited_for()
    {
        await StartAsync();
        Server.Source.Silent("a");
        var call = await FetchAsync("a");
        await Server.Source.WhenWatchedAsync("a");

        Server.Source.Found("a", ProtocolServer.Generic("one"));

        Assert.Equal("one", (await call.ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Pending_name_is_left_out_when_the_time_is_over()
    {
        await StartAsync();
        Server.Source.Silent("a");
        var call = await FetchAsync("a");
        await ProtocolServer.UntilAsync(() => Server.Time.ActiveDelays.Contains(ProtocolServer.FetchTimeout), "the fetch to wait");

        Server.Time.Advance(ProtocolServer.FetchTimeout);

        Assert.Empty((await call.ReadAsync()).Secrets);
    }

    [Fact]
    public async Task Version_that_the_client_has_is_answered_without_secrets()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var first = await (await FetchAsync("a", "b")).ReadAsync();

        var second = await (await CallAsync(new() { VersionInfo = first.Version, ResourceNames = { "a", "b" } })).ReadAsync();

        Assert.Equal(2, first.Secrets.Length);
        Assert.Empty(second.Secrets);
        Assert.Equal(first.Version, second.Version);
    }

    [Fact]
    public async Task Request_without_names_gets_nothing()
    {
        await StartAsync(new() { Discovery = static options => options.WildcardNames = static () => ["a"] });
        await Server.SetAsync("a", "one");

        Assert.Empty((await (await FetchAsync()).ReadAsync()).Secrets);
    }

    [Fact]
    public async Task Large_secret_arrives_whole()
    {
        await StartAsync();
        var value = new string('x', 1_000_000);
        Server.Source.Found("large", ProtocolServer.Generic(value));

        Assert.Equal(value, (await (await FetchAsync("large")).ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Wrong_type_is_a_clean_error()
    {
        await StartAsync();

        var status = await (await CallAsync(new() { TypeUrl = "type.googleapis.com/envoy.config.cluster.v3.Cluster", ResourceNames = { "a" } })).ReadStatusAsync();

        Assert.Equal(InvalidArgument, status.Code);
        Assert.Contains("the Secret Discovery Service serves", status.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_method_is_a_clean_error()
    {
        await StartAsync();

        var status = await (await (await ConnectAsync()).CallAsync(new DiscoveryRequest(), "Nothing")).ReadStatusAsync();

        Assert.Equal(Unimplemented, status.Code);
        Assert.Contains("SecretDiscoveryService/Nothing is not served here", status.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oversized_message_is_a_clean_error()
    {
        await StartAsync();

        var status = await (await FetchAsync(new string('x', 5_000_000))).ReadStatusAsync();

        Assert.Equal(ResourceExhausted, status.Code);
        Assert.Contains("larger than the limit", status.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_server_is_a_clean_error()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.HoldAsync("a");
        await Server.WhenAsync("a", static explanation => explanation.Applied == 1);

        await Server.StopAsync();

        Assert.Equal(Unavailable, (await stream.Stream.ReadStatusAsync()).Code);
    }

    private Task<ClientStream> FetchAsync(params string[] names) => CallAsync(new() { ResourceNames = { names } });

    private async Task<ClientStream> CallAsync(DiscoveryRequest request) => await (await ConnectAsync()).CallAsync(request);
}
