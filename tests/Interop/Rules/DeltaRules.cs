using SecretProviders.Xds.Mapping;

namespace SecretProviders.Interop.Tests;

/// <summary>The rules of <c>DeltaSecrets</c>: what is answered at once, what waits, and what a resumed stream gets.</summary>
public abstract partial class DeltaRules : ProtocolSuite
{
    private protected DeltaRules(SdsClient client, Transport transport)
        : base(client, transport)
    {
    }

    [Fact]
    public async Task Resource_carries_name_version_and_secret_and_the_response_a_nonce()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync();

        await stream.SubscribeAsync("a");
        var response = await stream.ReadAsync();

        Assert.Equal(("a", "one", Server.Provider.Current("a").Version.Value), (response.Secret.Name, response.Secret.Value, response.Secret.Version));
        Assert.Equal(SecretTypes.SecretUrl, response.Type);
        Assert.NotEmpty(response.Nonce);
    }

    [Fact]
    public async Task Every_subscribed_name_is_answered_although_it_was_sent_before()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync();
        await stream.HoldAsync("a");

        await stream.SubscribeAsync("a");

        Assert.Equal("one", (await stream.ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Absent_name_is_answered_at_once_and_pushed_when_it_appears()
    {
        await StartAsync();
        var stream = await OpenDeltaAsync();

        var absent = await stream.HoldAsync("a");
        await Server.SetAsync("a", "one");

        Assert.Equal(["a"], absent.Removed);
        Assert.NotEmpty(absent.Nonce);
        Assert.Equal("one", (await stream.ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Absent_name_is_answered_every_time_it_is_subscribed_to()
    {
        await StartAsync();
        var stream = await OpenDeltaAsync();
        await stream.HoldAsync("a");

        await stream.SubscribeAsync("a");

        Assert.Equal(["a"], (await stream.ReadAsync()).Removed);
    }

    [Theory]
    [InlineData(SecretStatus.Pending)]
    [InlineData(SecretStatus.Denied)]
    [InlineData(SecretStatus.Invalid)]
    [InlineData(SecretStatus.Unavailable)]
    public async Task Name_that_may_still_come_waits_and_is_pushed(SecretStatus status)
    {
        await StartAsync();
        Have("a", status);
        var stream = await OpenDeltaAsync();
        await stream.SubscribeAsync("a");
        await Server.WhenAsync("a", explanation => explanation.Consumers == 1 && explanation.Snapshot.Status == status);

        var before = await stream.PassFenceAsync(Server);
        await Server.SetAsync("a", "one");

        Assert.Empty(before);
        Assert.Equal(("a", "one"), ((await stream.ReadAsync()) is { } response ? (response.Secret.Name, response.Secret.Value) : default));
    }

    [Fact]
    public async Task Removal_of_a_sent_secret_is_told()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync();
        await stream.HoldAsync("a");

        Server.Source.Removed("a");
        var removal = await stream.ReadAsync();

        Assert.Equal(["a"], removal.Removed);
        Assert.NotEmpty(removal.Nonce);
    }

    [Fact]
    public async Task Outage_after_a_secret_was_sent_is_no_removal()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync();
        await stream.HoldAsync("a");

        await Server.SayAsync("a", new SecretState.Unavailable("an outage"), SecretStatus.Stale);

        Assert.Empty(await stream.PassFenceAsync(Server));
    }

    [Fact]
    public async Task Unsubscribed_name_is_released_without_an_answer()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync();
        await stream.HoldAsync("a");

        await stream.UnsubscribeAsync("a");
        await Server.WhenAsync("a", static explanation => explanation.Consumers == 0);
        await Server.SetAsync("a", "two");

        Assert.Empty(await stream.PassFenceAsync(Server));
    }

    [Fact]
    public async Task Name_unsubscribed_and_subscribed_again_is_sent_again()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync();
        await stream.HoldAsync("a");

        await stream.SendAsync(new() { ResourceNamesUnsubscribe = { "a" }, ResourceNamesSubscribe = { "a" } });

        Assert.Equal("one", (await stream.ReadAsync()).Secret.Value);
        Assert.Equal(1, Server.Control.Explain("a").Consumers);
    }

    [Fact]
    public async Task Acknowledgement_changes_no_names_and_is_not_answered()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync();
        await stream.HoldAsync("a");
        var before = await stream.PassFenceAsync(Server);

        await Server.SetAsync("a", "two");

        Assert.Empty(before);
        Assert.Equal("two", (await stream.ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Changes_of_names_count_with_a_stale_nonce_too()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var stream = await OpenDeltaAsync();
        await stream.HoldAsync("a");

        await stream.SendAsync(new() { ResponseNonce = "long-gone", ResourceNamesSubscribe = { "b" }, ResourceNamesUnsubscribe = { "a" } });

        Assert.Equal("two", (await stream.ReadAsync()).Secret.Value);
        await Server.WhenAsync("a", static explanation => explanation.Consumers == 0);
    }

    [Fact]
    public async Task Refusal_is_reported_and_never_answered_by_the_same_version()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync("node-3");
        await stream.SubscribeAsync("a");

        await stream.RefuseAsync(await stream.ReadAsync(), "bad key", times: 2000);
        var before = await stream.PassFenceAsync(Server);
        await Server.SetAsync("a", "two");

        Assert.Empty(before);
        Assert.Equal("two", (await stream.ReadAsync()).Secret.Value);
        Assert.Contains(Server.Logs.Entries, static entry => entry.EventId.Name == "Rejected" && entry.Message.Contains("bad key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_response_is_in_flight_per_secret_and_the_newest_version_follows()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync();
        await stream.SubscribeAsync("a");
        var first = await stream.ReadAsync();

        await Server.SetAsync("a", "two");
        await Server.SetAsync("a", "three");
        var before = await stream.PassFenceAsync(Server);
        await stream.AcknowledgeAsync(first);

        Assert.Empty(before);
        Assert.Equal("three", (await stream.ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Silence_is_counted_and_does_not_hold_the_newest_version_back_for_ever()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenDeltaAsync();
        await stream.SubscribeAsync("a");
        await stream.ReadAsync();
        await Server.SetAsync("a", "two");

        await Server.LetTheAcknowledgementBeOverdueAsync();

        Assert.Equal("two", (await stream.ReadAsync()).Secret.Value);
        Assert.Equal(1, Server.Silences);
    }

    private void Have(string name, SecretStatus status)
    {
        switch (status)
        {
            case SecretStatus.Denied:
                Server.Source.Denied(name);
                break;
            case SecretStatus.Invalid:
                Server.Source.Invalid(name);
                break;
            case SecretStatus.Unavailable:
                Server.Source.Unavailable(name, definite: true);
                break;
            default:
                Server.Source.Silent(name);
                break;
        }
    }
}
