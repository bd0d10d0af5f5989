namespace SecretProviders.Interop.Tests;

/// <content>What a list of names means: added, dropped, asked for again, empty, stale, without a nonce.</content>
public abstract partial class StateOfTheWorldRules
{
    [Fact]
    public async Task Added_name_is_sent_alone()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var stream = await OpenAsync();
        await stream.AskAsync("a");

        await stream.AcknowledgeAsync(await stream.ReadAsync(), "a", "b");

        Assert.Equal(("b", "two"), await NextAsync(stream));
        Assert.Empty(await stream.PassFenceAsync(Server));
    }

    [Fact]
    public async Task Added_name_is_sent_although_the_client_held_it_on_an_earlier_stream()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var held = await (await OpenAsync()).HoldAsync("a");
        var stream = await OpenAsync();

        await stream.SendAsync(new() { VersionInfo = held.Version, ResourceNames = { "a" } });

        Assert.Equal(("a", "one"), await NextAsync(stream));
    }

    [Fact]
    public async Task Dropped_name_is_no_longer_pushed()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var stream = await OpenAsync();
        await stream.HoldAsync("a");
        await stream.AskAsync("b");

        await stream.AcknowledgeAsync(await stream.ReadAsync(), "b");
        await Server.WhenAsync("a", static explanation => explanation.Consumers == 0);
        await Server.SetAsync("a", "three");

        Assert.Empty(await stream.PassFenceAsync(Server));
    }

    [Fact]
    public async Task Name_dropped_and_asked_for_again_is_sent_again()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var stream = await OpenAsync();
        await stream.AskAsync("a");
        await stream.AcknowledgeAsync(await stream.ReadAsync(), "a", "b");
        var second = await stream.ReadAsync();
        await stream.AcknowledgeAsync(second, "b");

        await stream.AcknowledgeAsync(second, "a", "b");

        Assert.Equal(("a", "one"), await NextAsync(stream));
    }

    [Fact]
    public async Task Empty_list_after_names_unsubscribes_from_all_and_never_asks_for_everything()
    {
        await StartAsync(new() { Discovery = static options => options.WildcardNames = static () => ["a", "b"] });
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var stream = await OpenAsync();
        await stream.AskAsync("a");

        await stream.AcknowledgeAsync(await stream.ReadAsync());

        await Server.WhenAsync("a", static explanation => explanation.Consumers == 0);
        await Server.SetAsync("a", "three");
        Assert.Empty(await stream.PassFenceAsync(Server));
    }

    [Fact]
    public async Task List_with_a_stale_nonce_is_ignored()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var stream = await OpenAsync();
        var stale = await stream.HoldAsync("a");
        await Server.SetAsync("a", "three");
        var latest = await stream.ReadAsync();

        await stream.AcknowledgeAsync(stale, "b");
        await stream.AcknowledgeAsync(latest, "a");
        var before = await stream.PassFenceAsync(Server);

        Assert.Empty(before);
        Assert.Equal((1, 0), (Server.Control.Explain("a").Consumers, Server.Control.Explain("b").Consumers));
    }

    [Fact]
    public async Task Nonce_of_another_stream_is_ignored()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var other = await OpenAsync("other");
        var foreign = await other.HoldAsync("a");
        var stream = await OpenAsync();
        await stream.HoldAsync("a");

        await stream.RefuseAsync(foreign, "not mine", []);
        await stream.PassFenceAsync(Server);

        Assert.Empty(Server.Control.Explain("a").Rejections);
        Assert.Equal(2, Server.Control.Explain("a").Consumers);
    }

    [Fact]
    public async Task Requests_without_a_nonce_in_mid_stream_add_names_and_are_answered_at_once()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var stream = await OpenAsync();

        // As MOSN does: one request per secret, before any response was read.
        await stream.AskAsync("a");
        await stream.AskAsync("b");
        var (first, second) = (await stream.ReadAsync(), await stream.ReadAsync());
        await stream.AcknowledgeAsync(first, first.Secret.Name);
        await stream.AcknowledgeAsync(second, "a", "b");
        await Server.SetAsync("a", "three");

        Assert.NotEqual(first.Secret.Name, second.Secret.Name);
        Assert.Equal(("a", "three"), await NextAsync(stream));
    }

    [Fact]
    public async Task Acknowledgement_that_lists_only_what_was_received_drops_nothing_that_is_awaited()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.AskAsync("a");
        await stream.AskAsync("late");

        await stream.AcknowledgeAsync(await stream.ReadAsync(), "a");
        await stream.PassFenceAsync(Server);
        await Server.SetAsync("late", "two");

        Assert.Equal(("late", "two"), await NextAsync(stream));
    }

    [Fact]
    public async Task Type_may_be_left_out_and_a_wrong_one_is_refused()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.SendAsync(new() { ResourceNames = { "a" } });
        await stream.ReadAsync();

        await stream.SendAsync(new() { TypeUrl = "type.googleapis.com/envoy.config.cluster.v3.Cluster", ResourceNames = { "a" } });

        var status = await stream.Stream.ReadStatusAsync();
        Assert.Equal(3, status.Code);
        Assert.Contains("is not served here", status.Details, StringComparison.Ordinal);
    }
}
