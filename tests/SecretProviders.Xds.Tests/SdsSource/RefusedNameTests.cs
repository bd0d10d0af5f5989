using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>SPIRE ends a stream on which one name is asked for that the workload may not have.</summary>
public sealed class RefusedNameTests : SdsSourceTest
{
    private static readonly GrpcStatus Refusal = new(GrpcStatusCode.InvalidArgument, "workload is not authorized for the requested identities");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refused_name_is_Denied_and_takes_no_other_down(bool delta)
    {
        Server.Put("default", Generic("svid"));
        Server.Put("ROOTCA", Generic("bundle"));
        Server.Refuse("file-cert:/etc/tls", Refusal);
        var source = Source(options => options.Delta = delta);
        var svid = Watch(source, "default");
        var bundle = Watch(source, "ROOTCA");
        await svid.NextAsync();
        await bundle.NextAsync();

        var denied = Assert.IsType<SecretState.Denied>(await Watch(source, "file-cert:/etc/tls").NextAsync());
        Server.Put("default", Generic("svid 2"));
        Server.Put("ROOTCA", Generic("bundle 2"));

        Assert.Contains("file-cert:/etc/tls", denied.Remedy, StringComparison.Ordinal);
        Assert.Contains("not authorized", denied.Remedy, StringComparison.Ordinal);
        Assert.Equal(("svid 2", "bundle 2"), (Text(await svid.NextAsync()), Text(await bundle.NextAsync())));
        Assert.All([.. svid.History, .. bundle.History], static state => Assert.IsType<SecretState.Found>(state));
    }

    [Fact]
    public async Task Names_that_are_asked_together_with_refused_ones_from_the_start_are_all_answered()
    {
        string[] good = [.. Enumerable.Range(0, 9).Select(static number => $"good-{number}")];
        string[] bad = ["bad-1", "good-0-not", "zz"];
        Array.ForEach(good, name => Server.Put(name, Generic(name)));
        Array.ForEach(bad, name => Server.Refuse(name, Refusal));
        var source = Source();

        SecretStateReader[] readers = [.. good.Concat(bad).Select(name => Watch(source, name))];
        Array.ForEach(readers, static reader => _ = reader.HasNews);
        foreach (var (reader, name) in readers.Zip(good.Concat(bad)))
        {
            var state = await PassUntilAsync<SecretState>(reader);

            Assert.IsType(bad.Contains(name) ? typeof(SecretState.Denied) : typeof(SecretState.Found), state);
        }
    }

    [Fact]
    public async Task Refused_name_is_found_once_the_server_knows_it()
    {
        Server.Refuse("late", Refusal);
        var reader = Watch(Source(), "late");
        Assert.IsType<SecretState.Denied>(await reader.NextAsync());

        Server.Put("late", Generic("registered"));
        Server.Refuse("late", status: null);

        Assert.Equal("registered", Text(await PassUntilAsync<SecretState.Found>(reader)));
    }

    [Fact]
    public async Task Refused_name_is_asked_again_with_back_off_only()
    {
        Server.Refuse("foreign", Refusal);
        await Watch(Source(), "foreign").NextAsync();
        await Clock.WaitForTimersAsync();

        var before = Server.Opened;
        Clock.Advance(TimeSpan.FromMilliseconds(49));
        await Task.Yield();

        Assert.Equal(before, Server.Opened);
    }

    [Fact]
    public async Task After_a_refusal_a_further_foreign_name_does_not_touch_the_streams_of_others()
    {
        Server.Put("default", Generic("svid"));
        Server.Refuse("foreign-1", Refusal);
        Server.Refuse("foreign-2", Refusal);
        var source = Source();
        await Watch(source, "default").NextAsync();
        await Watch(source, "foreign-1").NextAsync();
        while (Server.Watches("default") == 0)
        {
            await Task.Yield();
        }

        var asked = Server.Requests.OfType<Protos.Discovery.DiscoveryRequest>().Count(static request => request.ResourceNames.Contains("default") && request.ResponseNonce.Length == 0);

        await Watch(source, "foreign-2").NextAsync();

        Assert.Equal(
            asked,
            Server.Requests.OfType<Protos.Discovery.DiscoveryRequest>().Count(static request => request.ResourceNames.Contains("default") && request.ResponseNonce.Length == 0));
        Assert.Single(Logs.Entries, static entry => entry.EventId.Name == "SdsStreamSplit");
    }

    [Fact]
    public async Task Name_that_becomes_foreign_keeps_its_last_good_and_the_others_go_on()
    {
        Server.Put("a", Generic("a"));
        Server.Put("b", Generic("b"));
        var source = Source();
        var a = Watch(source, "a");
        var b = Watch(source, "b");
        await a.NextAsync();
        await b.NextAsync();

        Server.Refuse("a", Refusal);
        var denied = Assert.IsType<SecretState.Denied>(await a.NextAsync());
        Server.Put("b", Generic("b 2"));

        Assert.Equal("a", Text(denied.LastGood!));
        Assert.Equal("b 2", Text(await b.NextAsync()));
    }

    [Fact]
    public async Task NotFound_that_ends_a_stream_takes_back_nothing_that_was_found()
    {
        Server.Put("a", Generic("a"));
        var reader = Watch(Source(), "a");
        await reader.NextAsync();

        Server.Refuse("a", new GrpcStatus(GrpcStatusCode.NotFound, "no such node"));

        var denied = Assert.IsType<SecretState.Denied>(await reader.NextAsync());
        Assert.Equal("a", Text(denied.LastGood!));
    }

    [Fact]
    public async Task NotFound_for_a_single_name_is_absence()
    {
        Server.Refuse("gone", new GrpcStatus(GrpcStatusCode.NotFound, "no such secret"));

        Assert.IsType<SecretState.NotFound>(await Watch(Source(), "gone").NextAsync());
    }

    [Fact]
    public async Task Newcomers_share_a_stream_again_once_no_refused_name_is_left()
    {
        Server.Put("default", Generic("svid"));
        Server.Refuse("foreign", Refusal);
        var source = Source();
        await Watch(source, "default").NextAsync();
        var foreign = Watch(source, "foreign");
        await foreign.NextAsync();

        await foreign.DisposeAsync();

        await WhenSharedAsync(source);
    }

    [Fact]
    public async Task Newcomers_share_a_stream_again_once_the_refused_name_is_served()
    {
        Server.Refuse("late", Refusal);
        var source = Source();
        var late = Watch(source, "late");
        await late.NextAsync();
        Server.Put("late", Generic("registered"));
        Server.Refuse("late", status: null);

        await PassUntilAsync<SecretState.Found>(late);

        await WhenSharedAsync(source);
    }

    // The stream of a name that left ends when its turn comes, so the first newcomers may come too early.
    private async Task WhenSharedAsync(ISecretSource source)
    {
        for (var newcomer = 0; newcomer < 100; newcomer++)
        {
            var opened = Server.Opened;
            Server.Put($"new-{newcomer}", Generic("new"));
            await Watch(source, $"new-{newcomer}").NextAsync();
            if (Server.Opened == opened)
            {
                return;
            }
        }

        Assert.Fail("Each newcomer has a stream of its own.");
    }
}
