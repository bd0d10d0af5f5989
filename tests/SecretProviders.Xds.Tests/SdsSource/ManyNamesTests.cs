using System.Globalization;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>Many names at once, and what servers grant.</summary>
public sealed class ManyNamesTests : SdsSourceTest
{
    private static readonly TimeSpan AbsentAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(50);

    // Timestamps round down.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Streams_that_are_silent_at_once_share_the_question_whether_the_server_is_there()
    {
        const int Names = 200;
        var answer = new TaskCompletionSource();
        Server.MayAnswerProbes = answer.Task;
        var readers = WatchAll(Source(static options => options.PerName = true), "absent", Names);
        await WhenDelayedAsync(AbsentAfter, Names);

        Clock.Advance(AbsentAfter + Tick);
        await WhenAsync(() => Server.Probes == 1, "a question whether the server is there");
        answer.SetResult();

        foreach (var reader in readers)
        {
            Assert.IsType<SecretState.NotFound>(await reader.NextAsync());
        }

        Assert.InRange(Server.Probes, 1, Names / 4);
    }

    [Fact]
    public async Task Silence_that_ended_while_a_question_was_out_has_one_of_its_own()
    {
        var (first, second, answer) = await WatchSilentAsync();

        Clock.Advance(Later);
        answer.SetResult();

        Assert.IsType<SecretState.NotFound>(await first.NextAsync());
        Assert.IsType<SecretState.NotFound>(await second.NextAsync());
        Assert.Equal(2, Server.Probes);
    }

    [Fact]
    public async Task Question_whose_asker_has_its_answer_already_tells_nothing_of_a_later_silence()
    {
        var (first, second, answer) = await WatchSilentAsync();
        Server.Put("first", Generic("late"));
        Assert.Equal("late", Text(await first.NextAsync()));
        await WhenDueAsync(Later);

        answer.SetResult();
        Clock.Advance(Later);

        Assert.IsType<SecretState.NotFound>(await second.NextAsync());
        Assert.Equal(2, Server.Probes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Names_beyond_the_streams_of_a_connection_are_served_on_others(bool delta)
    {
        const int Streams = 100;
        const int Names = 250;
        var server = await StartServerAsync(Streams);
        var proxy = Proxy(server);
        var readers = WatchPerName(server, Names, delta);

        for (var number = 0; number < Names; number++)
        {
            Assert.Equal(NameOf("found", number), Text(await PassUntilAsync<SecretState.Found>(readers[number])));
        }

        Assert.InRange(proxy.Accepted, 3, Names);
    }

    // HTTP tries four times by itself before it gives one up.
    [Fact]
    public async Task Stream_that_is_turned_away_unread_is_no_outage()
    {
        Server.Put("a", Generic("a"));
        Server.TurnAway(20);

        Assert.Equal("a", Text(await Watch(Source(), "a").NextAsync()));
    }

    // HTTP goes by 100 until it knows better, so most of what it sends on a new connection is turned away.
    [Fact]
    public async Task Server_that_allows_few_streams_on_a_connection_serves_all_names_in_the_end()
    {
        const int Streams = 5;
        const int Names = 40;
        var server = await StartServerAsync(Streams);
        Proxy(server);

        foreach (var reader in WatchPerName(server, Names, delta: false))
        {
            await PassUntilAsync<SecretState.Found>(reader);
        }
    }

    [Fact]
    public async Task Delta_stream_asks_for_1000_names_at_most_so_that_a_server_takes_the_request_of_a_new_one()
    {
        const int Names = 1200;
        var readers = WatchAll(Source(static options => options.Delta = true), "absent", Names);

        foreach (var reader in readers)
        {
            Assert.IsType<SecretState.NotFound>(await reader.NextAsync());
        }

        Assert.Equal(2, Server.Streams);
        Assert.All(Server.Requests.OfType<DeltaDiscoveryRequest>(), static request => Assert.InRange(request.ResourceNamesSubscribe.Count, 0, 1000));
    }

    private static string NameOf(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{number}");

    private SecretStateReader[] WatchPerName(FakeSdsServer server, int count, bool delta)
    {
        for (var number = 0; number < count; number++)
        {
            server.Put(NameOf("found", number), Generic(NameOf("found", number)));
        }

        var source = Source(
            options =>
            {
                options.PerName = true;
                options.Delta = delta;
            },
            $"unix:{ProxyPath(server)}");
        return WatchAll(source, "found", count);
    }

    private SecretStateReader[] WatchAll(ISecretSource source, string kind, int count)
    {
        SecretStateReader[] readers = [.. Enumerable.Range(0, count).Select(number => Watch(source, NameOf(kind, number)))];
        Array.ForEach(readers, static reader => _ = reader.HasNews);
        return readers;
    }

    // Two names of one stream of which the second was asked for a little later: the silence about the first is about to count,
    // and the question for that is out, until it may be answered.
    private async Task<(SecretStateReader First, SecretStateReader Second, TaskCompletionSource Answer)> WatchSilentAsync()
    {
        Server.Put("found", Generic("found"));
        var source = Source();
        await Watch(source, "found").NextAsync();
        var answer = new TaskCompletionSource();
        Server.MayAnswerProbes = answer.Task;
        var first = await WatchAskedAsync(source, "first");
        Clock.Advance(Later);
        var second = await WatchAskedAsync(source, "second");
        await WhenDueAsync(AbsentAfter - Later + Tick);
        Clock.Advance(AbsentAfter - Later + Tick);
        await WhenAsync(() => Server.Probes == 1, "a question whether the server is there");
        return (first, second, answer);
    }

    private async Task<SecretStateReader> WatchAskedAsync(ISecretSource source, string name)
    {
        var reader = Watch(source, name);
        _ = reader.HasNews;
        await WhenAsync(() => Server.Watches(name) != 0, $"a request for '{name}'");
        return reader;
    }

    // A timer that is set only after the clock has moved would fire too late.
    private Task WhenDueAsync(TimeSpan within)
    {
        var due = Clock.GetUtcNow() + within;
        return WhenAsync(() => Clock.NextDue <= due, "the end of a silence to be awaited");
    }

    private Task WhenDelayedAsync(TimeSpan delay, int count) =>
        WhenAsync(() => Clock.ActiveDelays.Count(active => active == delay) >= count, $"{count} timers of {delay}");
}
