using SecretProviders.Sds;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>What silence means, and what it does not.</summary>
public sealed class SilentServerTests : SdsSourceTest
{
    [Fact]
    public async Task Newcomers_cannot_postpone_the_absence_of_others()
    {
        // What the source would say of a lost server is far away.
        var timeout = TimeSpan.FromHours(1);
        var source = Source(options => options.Timeout = timeout);
        var absent = Watch(source, "absent");
        Assert.False(absent.HasNews);
        for (var newcomer = 0; newcomer < 8 && !absent.HasNews; newcomer++)
        {
            await WhenAsync(IsTheClocksTurn, "the source to wait for the clock");
            _ = Watch(source, $"new-{newcomer}").HasNews;
            await WhenAsync(IsTheClocksTurn, "the source to wait for the clock");
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.IsType<SecretState.NotFound>(await absent.NextAsync());

        // Neither the server's appearance nor its sign of life is awaited: silence counts, or a newcomer is held back.
        bool IsTheClocksTurn() => absent.HasNews
            || (Clock.ActiveDelays.Length > 1 && Clock.ActiveDelays.Count(delay => delay == timeout) == 1 && !Clock.ActiveDelays.Contains(EndpointSelector.Detection));
    }

    [Fact]
    public async Task Silence_of_a_server_that_was_stopped_is_an_outage_though_its_connection_stands()
    {
        Server.Put("a", Generic("a"));
        var proxy = Proxy(Server);
        var source = Source(null, $"unix:{ProxyPath(Server)}");
        var found = Watch(source, "a");
        await found.NextAsync();

        proxy.Turn(ProxyMode.Frozen);
        var asked = Watch(source, "b");

        Assert.IsType<SecretState.Unavailable>(await PassUntilAsync<SecretState>(asked));
        var lost = await PassUntilAsync<SecretState.Unavailable>(found);
        Assert.Equal("a", Text(lost.LastGood!));
        Assert.Contains("did not answer", lost.Error, StringComparison.Ordinal);
        Assert.All(asked.History, static state => Assert.IsType<SecretState.Unavailable>(state));
    }

    [Fact]
    public async Task Server_that_was_stopped_is_left_for_the_next_when_it_does_not_answer()
    {
        var second = await StartServerAsync();
        Server.Put("a", Generic("a"));
        second.Put("a", Generic("a"));
        second.Put("b", Generic("b"));
        var proxy = Proxy(Server);
        var source = Source(null, $"unix:{ProxyPath(Server)}", second.Address);
        await Watch(source, "a").NextAsync();

        proxy.Turn(ProxyMode.Frozen);

        Assert.Equal("b", Text(await PassUntilAsync<SecretState.Found>(Watch(source, "b"))));
    }

    [Fact]
    public async Task Server_that_goes_on_after_a_stop_has_its_time_to_answer()
    {
        Server.Put("a", Generic("a"));
        var proxy = Proxy(Server);
        var source = Source(static options => options.PerName = true, $"unix:{ProxyPath(Server)}");
        await Watch(source, "a").NextAsync();
        var hasGoneOn = new TaskCompletionSource();
        Server.Handler = async call =>
        {
            await ReadAsync(call);
            await hasGoneOn.Task;
            await FakeSdsStream.WriteAsync(call, Response(1, "b", "b"));
            await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
        };
        proxy.Turn(ProxyMode.Stopped);
        var asked = Watch(source, "b");
        Assert.False(asked.HasNews);
        await WhenDelayedAsync(Responses.AbsentAfter);
        Clock.Advance(Responses.AbsentAfter);
        await WhenDelayedAsync(Responses.Timeout, times: 2);
        Clock.Advance(TimeSpan.FromSeconds(1));

        proxy.Turn(ProxyMode.Open);
        await WhenDelayedAsync(Responses.AbsentAfter);
        hasGoneOn.SetResult();

        Assert.Equal("b", Text(await asked.NextAsync()));
    }

    private Task WhenDelayedAsync(TimeSpan delay, int times = 1) =>
        WhenAsync(() => Clock.ActiveDelays.Count(active => active == delay) == times, $"{times} timers of {delay}");
}
