using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.SdsSource;

public sealed class SeveralServersTests : SdsSourceTest
{
    [Fact]
    public async Task Server_that_is_down_at_the_start_is_passed_over_without_the_clock()
    {
        var second = await StartServerAsync();
        second.Put("token", Generic("two"));
        await Server.KillAsync();

        var state = await Watch(Source(null, Server.Address, second.Address), "token").NextAsync();

        Assert.Equal("two", Text(state));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Death_of_the_serving_server_is_no_outage(bool delta)
    {
        var second = await StartServerAsync();
        Server.Put("token", Generic("one"));
        second.Put("token", Generic("two"));
        var reader = Watch(Source(options => options.Delta = delta, Server.Address, second.Address), "token");
        Assert.Equal("one", Text(await reader.NextAsync()));

        await Server.KillAsync();

        Assert.Equal("two", Text(await reader.NextAsync()));
        Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
    }

    [Fact]
    public async Task Server_that_hangs_is_left_after_two_attempts()
    {
        var second = await StartServerAsync();
        second.Put("token", Generic("two"));
        var hung = Proxy(Server);
        hung.Turn(ProxyMode.Silent);

        var reader = Watch(Source(null, $"unix:{ProxyPath(Server)}", second.Address), "token");
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.False(reader.HasNews);
            await WhenDelayedAsync(TimeSpan.FromMilliseconds(500));
            Clock.Advance(TimeSpan.FromMilliseconds(501));
        }

        Assert.Equal("two", Text(await reader.NextAsync()));
        Assert.Single(reader.History);
    }

    [Fact]
    public async Task Source_stays_where_it_is_served_and_goes_back_only_when_it_must()
    {
        var second = await StartServerAsync();
        Server.Put("token", Generic("one"));
        second.Put("token", Generic("two"));
        var reader = Watch(Source(null, Server.Address, second.Address), "token");
        await reader.NextAsync();
        await Server.KillAsync();
        Assert.Equal("two", Text(await reader.NextAsync()));

        await Server.ListenAsync();
        second.Put("token", Generic("three"));
        Assert.Equal("three", Text(await reader.NextAsync()));
        await second.KillAsync();

        Assert.Equal("one", Text(await PassUntilAsync<SecretState.Found>(reader)));
    }

    [Fact]
    public async Task Only_when_all_have_failed_it_is_an_outage_and_a_definite_one_when_all_refuse()
    {
        var second = await StartServerAsync();
        Server.Put("token", Generic("one"));
        var reader = Watch(Source(null, Server.Address, second.Address), "token");
        await reader.NextAsync();

        await second.KillAsync();
        await Server.KillAsync();
        var first = await PassUntilAsync<SecretState.Unavailable>(reader);
        await Server.ListenAsync();

        Assert.Equal("one", Text(first.LastGood!));
        Assert.Equal("one", Text(await PassUntilAsync<SecretState.Found>(reader)));
    }

    [Theory]
    [InlineData(GrpcStatusCode.InvalidArgument)]
    [InlineData(GrpcStatusCode.PermissionDenied)]
    [InlineData(GrpcStatusCode.Unauthenticated)]
    public async Task Name_that_one_server_refuses_is_asked_of_the_next(GrpcStatusCode code)
    {
        var second = await StartServerAsync();
        Server.Refuse("token", new GrpcStatus(code, "no"));
        second.Put("token", Generic("two"));

        Assert.Equal("two", Text(await Watch(Source(null, Server.Address, second.Address), "token").NextAsync()));
    }

    [Fact]
    public async Task Name_that_all_servers_refuse_is_Denied_and_takes_no_other_down()
    {
        var second = await StartServerAsync();
        foreach (var server in new[] { Server, second })
        {
            server.Put("good", Generic("good"));
            server.Refuse("foreign", new GrpcStatus(GrpcStatusCode.InvalidArgument, "no"));
        }

        var source = Source(null, Server.Address, second.Address);
        var good = Watch(source, "good");
        await good.NextAsync();

        Assert.IsType<SecretState.Denied>(await Watch(source, "foreign").NextAsync());
        Assert.All(good.History, static state => Assert.IsType<SecretState.Found>(state));
    }

    [Fact]
    public async Task Names_that_were_answered_stay_together_when_all_servers_refuse_a_newcomer()
    {
        var second = await StartServerAsync();
        var source = Source(null, Server.Address, second.Address);
        for (var number = 0; number < 9; number++)
        {
            Server.Put($"good-{number}", Generic("good"));
            second.Put($"good-{number}", Generic("good"));
            await Watch(source, $"good-{number}").NextAsync();
        }

        Server.Refuse("foreign", new GrpcStatus(GrpcStatusCode.InvalidArgument, "no"));
        second.Refuse("foreign", new GrpcStatus(GrpcStatusCode.InvalidArgument, "no"));
        Assert.IsType<SecretState.Denied>(await Watch(source, "foreign").NextAsync());

        Assert.Single(Logs.Entries, static entry => entry.EventId.Name == "SdsStreamSplit");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Name_that_is_refused_by_the_only_server_that_is_there_is_Denied_and_takes_no_other_down(bool deadFirst)
    {
        var dead = await StartServerAsync();
        await dead.KillAsync();
        Server.Put("good", Generic("good"));
        Server.Refuse("foreign", new GrpcStatus(GrpcStatusCode.PermissionDenied, "no"));
        var source = Source(null, deadFirst ? [dead.Address, Server.Address] : [Server.Address, dead.Address]);
        var good = Watch(source, "good");
        await good.NextAsync();

        Assert.IsType<SecretState.Denied>(await Watch(source, "foreign").NextAsync());
        Server.Put("good", Generic("better"));

        Assert.Equal("better", Text(await PassUntilAsync<SecretState.Found>(good)));
        Assert.All(good.History, static state => Assert.IsType<SecretState.Found>(state));
    }

    private async Task WhenDelayedAsync(TimeSpan delay)
    {
        while (!Clock.ActiveDelays.Contains(delay))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1));
        }
    }
}
