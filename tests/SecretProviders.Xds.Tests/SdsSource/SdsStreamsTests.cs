using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>Which streams a source has, and what becomes of them.</summary>
public sealed class SdsStreamsTests : SdsSourceTest
{
    [Fact]
    public async Task All_names_share_one_stream_and_one_connection()
    {
        Server.Put("a", Generic("a"));
        Server.Put("b", Generic("b"));
        var proxy = Proxy(Server);
        var source = Source(null, $"unix:{ProxyPath(Server)}");

        await Watch(source, "a").NextAsync();
        await Watch(source, "b").NextAsync();

        Assert.Equal((1, 1), (Server.Streams, proxy.Accepted));
    }

    [Fact]
    public async Task Names_may_have_a_stream_each_from_the_start()
    {
        Server.Put("a", Generic("a"));
        Server.Put("b", Generic("b"));
        var source = Source(static options => options.PerName = true);

        await Watch(source, "a").NextAsync();
        await Watch(source, "b").NextAsync();

        Assert.Equal(2, Server.Streams);
        Assert.All(Server.Requests.OfType<DiscoveryRequest>(), static request => Assert.Single(request.ResourceNames));
    }

    [Fact]
    public async Task Many_names_share_streams_of_256()
    {
        const int Names = 600;
        var source = Source();
        var readers = Enumerable.Range(0, Names).Select(number =>
        {
            Server.Put($"name-{number}", Generic($"{number}"));
            var reader = Watch(source, $"name-{number}");
            _ = reader.HasNews;
            return reader;
        }).ToArray();

        foreach (var reader in readers)
        {
            await PassUntilAsync<SecretState.Found>(reader);
        }

        Assert.Equal(3, Server.Streams);
    }

    [Fact]
    public async Task Stream_that_nobody_needs_is_ended()
    {
        Server.Put("a", Generic("a"));
        var reader = Watch(Source(), "a");
        await reader.NextAsync();

        await reader.DisposeAsync();

        await WhenStreamsAsync(0);
    }

    [Fact]
    public async Task Name_watched_again_is_asked_again()
    {
        Server.Put("a", Generic("a"));
        Server.Put("b", Generic("b"));
        var source = Source();
        await Watch(source, "b").NextAsync();
        var first = Watch(source, "a");
        await first.NextAsync();
        await first.DisposeAsync();
        while (Server.Watches("a") != 0)
        {
            await Task.Yield();
        }

        Server.Put("a", Generic("a 2"));

        Assert.Equal("a 2", Text(await PassUntilAsync<SecretState.Found>(Watch(source, "a"))));
    }

    [Fact]
    public async Task Server_that_believes_the_client_to_have_what_it_once_sent_is_asked_on_a_new_stream()
    {
        Server.ForgetsNothing = true;
        Server.Put("a", Generic("a"));
        Server.Put("b", Generic("b"));
        var source = Source();
        var other = Watch(source, "b");
        await other.NextAsync();
        var first = Watch(source, "a");
        await first.NextAsync();
        await first.DisposeAsync();
        while (Server.Watches("a") != 0)
        {
            await Task.Yield();
        }

        var again = await PassUntilAsync<SecretState>(Watch(source, "a"));

        Assert.Equal("a", Text(again));
        Assert.Single(other.History);
    }

    [Fact]
    public async Task Stream_whose_last_name_moved_to_another_is_ended()
    {
        Server.ForgetsNothing = true;
        Server.Put("a", Generic("a"));
        Server.Put("b", Generic("b"));
        var source = Source();
        var other = Watch(source, "b");
        await other.NextAsync();
        var first = Watch(source, "a");
        await first.NextAsync();
        await first.DisposeAsync();
        while (Server.Watches("a") != 0)
        {
            await Task.Yield();
        }

        var again = Watch(source, "a");
        Assert.False(again.HasNews);
        while (Server.Watches("a") == 0)
        {
            await Task.Yield();
        }

        await other.DisposeAsync();
        while (Server.Watches("b") != 0)
        {
            await Task.Yield();
        }

        await PassUntilAsync<SecretState.Found>(again);

        await WhenStreamsAsync(1);
        await again.DisposeAsync();
        await WhenStreamsAsync(0);
    }

    [Fact]
    public async Task Newcomer_hears_of_an_outage_at_once()
    {
        var source = Source();
        Server.Put("a", Generic("a"));
        var first = Watch(source, "a");
        await first.NextAsync();
        await Server.KillAsync();
        Assert.IsType<SecretState.Unavailable>(await first.NextAsync());
        await Clock.WaitForTimersAsync();

        Assert.IsType<SecretState.Unavailable>(await Watch(source, "b").NextAsync());
    }

    // A name may come in the very moment in which an acknowledgement is out; the clock stands still, so nothing else helps.
    [Fact]
    public async Task Every_name_that_comes_while_others_are_answered_is_asked()
    {
        var source = Source(static options => options.Delta = true);
        for (var number = 0; number < 300; number++)
        {
            Assert.IsType<SecretState.NotFound>(await Watch(source, $"name-{number}").NextAsync());
        }
    }

    [Fact]
    public async Task Two_references_of_one_name_cost_one_subscription_and_both_are_told()
    {
        Server.Put("a", Generic("a"));
        var source = Source();
        await Watch(source, "a").NextAsync();
        await using var typed = new Testing.SecretStateReader(source, new SecretReference("a") { Kind = SecretKind.Generic });

        Assert.Equal("a", Text(await typed.NextAsync()));

        Assert.Equal(1, Server.Watches("a"));
    }

    [Fact]
    public async Task Resumed_stream_is_sent_nothing_twice()
    {
        Server.Put("a", Generic("a"));
        var proxy = Proxy(Server);
        var reader = Watch(Source(static options => options.Delta = true, $"unix:{ProxyPath(Server)}"), "a");
        await reader.NextAsync();

        proxy.Turn(ProxyMode.Open);
        Server.Put("a", Generic("b"));
        Assert.Equal("b", Text(await PassUntilAsync<SecretState.Found>(reader)));

        Assert.Contains(Server.Requests.OfType<DeltaDiscoveryRequest>(), static request => request.InitialResourceVersions.ContainsKey("a"));
    }

    // Half a character cannot be the data of a theory: on its way it becomes a whole one.
    [Theory]
    [InlineData("*", "asks for everything")]
    [InlineData("", "empty")]
    [InlineData("a\u0000", "control character")]
    [InlineData("half", "half a character")]
    public async Task Key_that_is_no_name_is_Invalid_and_asks_nobody(string key, string words)
    {
        var state = Assert.IsType<SecretState.Invalid>(await Watch(Source(null, "unix:/nowhere"), key == "half" ? "a\ud800" : key).NextAsync());

        Assert.Equal(SecretProblemCode.BadName, state.Problem.Code);
        Assert.Contains(words, state.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reference_with_a_version_is_Invalid()
    {
        await using var reader = new Testing.SecretStateReader(Source(), new SecretReference("a") { Version = "7" });

        Assert.Contains("version", Assert.IsType<SecretState.Invalid>(await reader.NextAsync()).Problem.Message, StringComparison.Ordinal);
    }

    private async Task WhenStreamsAsync(int count)
    {
        while (Server.Streams != count)
        {
            await Task.Yield();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Names_that_come_and_go_for_ever_are_not_remembered_for_ever(bool delta)
    {
        Server.Put("a", Generic("a"));
        var source = Source(options => options.Delta = delta);
        var lasting = Watch(source, "a");
        await lasting.NextAsync();
        for (var number = 0; number < 1100; number++)
        {
            Server.Put($"passing-{number}", Generic("passing"));
            await using var passing = Watch(source, $"passing-{number}");
            await passing.NextAsync();
        }

        Server.Put("a", Generic("a 2"));

        Assert.Equal("a 2", Text(await lasting.NextAsync()));
        Assert.Equal(2, lasting.History.Length);
        Assert.InRange(Server.Opened, 2, 4);
    }
}
