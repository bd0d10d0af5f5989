namespace SecretProviders.Interop.Tests;

/// <summary>What became of each version is known: who was sent, uses, refused or lags, and when enough use it.</summary>
public abstract class AppliedRules : ProtocolSuite
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private protected AppliedRules(SdsClient client, Transport transport)
        : base(client, transport)
    {
    }

    [Fact]
    public async Task Who_was_sent_uses_refused_and_lags_is_counted_and_refusals_name_node_and_detail()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var applies = await OpenAsync("applies");
        var refuses = await OpenDeltaAsync("refuses");
        var lags = await OpenAsync("lags");

        await applies.HoldAsync("a");
        await refuses.SubscribeAsync("a");
        await refuses.RefuseAsync(await refuses.ReadAsync(), "bad key");
        await lags.AskAsync("a");
        await lags.ReadAsync();

        var explanation = await Server.WhenAsync("a", static explanation => explanation is { Applied: 1, Rejected: 1 });
        Assert.Equal((3, 3, 1), (explanation.Consumers, explanation.Sent, explanation.Lagging));
        Assert.Equal([$"{ProtocolServer.ConsumerId(Transport, "refuses")}: bad key"], explanation.Rejections);
        Assert.Equal(1, Server.Lagging);
    }

    [Fact]
    public async Task New_version_lags_until_it_is_acknowledged()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.HoldAsync("a");
        await Server.WhenAsync("a", static explanation => explanation is { Applied: 1, Lagging: 0 });

        await Server.SetAsync("a", "two");
        var response = await stream.ReadAsync();
        var lagging = Server.Control.Explain("a").Lagging;
        await stream.AcknowledgeAsync(response, "a");

        Assert.Equal(1, lagging);
        await Server.WhenAsync("a", static explanation => explanation is { Applied: 1, Lagging: 0 });
    }

    [Fact]
    public async Task Waiting_ends_when_the_quorum_uses_the_version()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var first = await OpenAsync("first");
        var second = await OpenDeltaAsync("second");
        await first.AskAsync("a");
        await second.SubscribeAsync("a");
        var (toFirst, toSecond) = (await first.ReadAsync(), await second.ReadAsync());
        var version = Server.Provider.Current("a").Version;
        var half = Server.Control.WaitAppliedAsync("a", version, 0.5, Timeout).AsTask();
        var all = Server.Control.WaitAppliedAsync("a", version, 1, Timeout).AsTask();

        await first.AcknowledgeAsync(toFirst, "a");
        Assert.True(await half);
        Assert.False(all.IsCompleted);
        await second.AcknowledgeAsync(toSecond);

        Assert.True(await all);
    }

    [Fact]
    public async Task Waiting_ends_when_a_lagging_consumer_leaves()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var applies = await OpenAsync("applies");
        var lags = await OpenAsync("lags");
        await applies.HoldAsync("a");
        await lags.AskAsync("a");
        await lags.ReadAsync();
        var all = Server.Control.WaitAppliedAsync("a", Server.Provider.Current("a").Version, 1, Timeout).AsTask();

        await lags.Stream.CancelAsync();

        Assert.True(await all);
    }

    [Fact]
    public async Task Waiting_is_given_up_in_time()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.AskAsync("a");
        await stream.RefuseAsync(await stream.ReadAsync(), "no", ["a"]);
        var wait = Server.Control.WaitAppliedAsync("a", Server.Provider.Current("a").Version, 1, Timeout).AsTask();

        Server.Time.Advance(Timeout);

        Assert.False(await wait);
    }

    [Fact]
    public async Task Nonsense_as_a_nonce_applies_nothing()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.AskAsync("a");
        await stream.ReadAsync();

        foreach (var nonce in new[] { "0", "-1", "nonsense", "99999999999999999999", " 1", new string('9', 10_000) })
        {
            await stream.SendAsync(new() { ResponseNonce = nonce, VersionInfo = "1", ResourceNames = { "b" } });
        }

        await stream.PassFenceAsync(Server);
        Assert.Equal((1, 0), (Server.Control.Explain("a").Lagging, Server.Control.Explain("b").Consumers));
    }
}
