using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Source;

/// <summary>What may happen to lists and watches: whatever it is, no update is lost and nobody is told of a removal.</summary>
public sealed class WatchFaultTests : ClusterTests
{
    private FakeApiServer Server => ((FakeCluster)Cluster).Server;

    [Fact]
    public async Task Streamed_list_is_one_request()
    {
        await PutTextAsync("web", "one");

        await CreateSource().RecordText("web").FoundAsync("one");

        Assert.True(Assert.Single(Server.Traffic.Queries).SendsInitialEvents);
    }

    [Fact]
    public async Task Server_without_streaming_lists_is_asked_for_one_once()
    {
        Server.StreamsLists = false;
        await PutTextAsync("web", "one");
        await PutTextAsync("other", "one", "elsewhere");
        var bed = CreateSource(options =>
        {
            options.Namespaces.Add(Cluster.Namespace);
            options.Namespaces.Add("elsewhere");
        });

        await bed.RecordText("web").FoundAsync("one");
        await bed.RecordText("elsewhere/other").FoundAsync("one");

        Assert.Single(Server.Traffic.Queries, static query => query.SendsInitialEvents);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_that_the_server_ends_goes_on_where_it_was(bool streams)
    {
        Server.StreamsLists = streams;
        var web = await FindAsync("one");
        var watch = await NextWatchAsync();
        await PutTextAsync("web", "two");
        await web.FoundAsync("two");

        watch.End();
        await PutTextAsync("web", "three");
        await web.FoundAsync("three");

        var next = await NextWatchAsync();
        Assert.False(next.Query.SendsInitialEvents);
        Assert.NotNull(next.Query.ResourceVersion);
        AssertOnlyFound(web);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_that_never_ends_a_watch_is_no_outage(bool streams)
    {
        Server.StreamsLists = streams;
        await PutTextAsync("web", "one");
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        using var logs = new LogCollector();
        await using var source = TestSource.Create(new KubernetesSecretSourceOptions { Kubeconfig = CreateSource().Kubeconfig }, clock, logs);
        await using var web = new StateRecorder(source, new SecretReference($"{Cluster.Namespace}/web") { Kind = SecretKind.Generic, Property = "value" });
        await web.FoundAsync("one");

        // The fake ends none by itself; the source begins each anew within two of its minutes.
        for (var minutes = 0; minutes < 6; minutes += 2)
        {
            var watch = await NextWatchAsync();
            clock.Advance(TimeSpan.FromMinutes(2));
            await Server.Traffic.UntilAsync(traffic => traffic.Watches is [var next] && next != watch, "the next watch");
        }

        AssertOnlyFound(web);
    }

    [Fact]
    public async Task Bookmark_moves_the_place_to_go_on_from()
    {
        var web = await FindAsync("one");
        var watch = await NextWatchAsync();
        await PutTextAsync("unrelated", "news", "elsewhere");
        await PutTextAsync("web", "two");
        await web.FoundAsync("two");
        var version = Server.Store.Read(FakeResource.Secrets, null).Version;

        await watch.BookmarkAsync();
        watch.End();
        await Server.Traffic.UntilAsync(traffic => traffic.Queries[^1].ResourceVersion == $"{version}", $"a watch from {version}");

        AssertOnlyFound(web);
    }

    [Fact]
    public async Task Event_that_is_cut_in_half_is_read_again_whole()
    {
        var web = await FindAsync("one");
        var watch = await NextWatchAsync();

        await watch.SayAsync("{\"type\":\"DELETED\",\"object\":{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"web\",\"na");
        watch.End();
        await PutTextAsync("web", "two");

        await web.FoundAsync("two");
        web.AssertNeverGone();
    }

    [Fact]
    public async Task Event_that_is_broken_off_is_read_again_whole()
    {
        var web = await FindAsync("one");
        var watch = await NextWatchAsync();

        await watch.SayAsync("{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Sec");
        watch.Reset();
        await PutTextAsync("web", "two");

        await web.FoundAsync("two");
        web.AssertNeverGone();
    }

    [Theory]
    [InlineData("this is no JSON\n")]
    [InlineData("[]\n")]
    [InlineData("{\"type\":\"MODIFIED\"}\n")]
    [InlineData("{\"type\":\"MODIFIED\",\"object\":7}\n")]
    [InlineData("{\"type\":\"DELETED\",\"object\":{\"metadata\":{}}}\n")]
    [InlineData("{\"type\":\"DELETED\",\"object\":{\"metadata\":null}}\n")]
    [InlineData("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":7}}}\n")]
    public async Task Rubbish_in_the_watch_removes_nothing(string rubbish)
    {
        var web = await FindAsync("one");

        await (await NextWatchAsync()).SayAsync(rubbish);
        await PutTextAsync("web", "two");

        await web.FoundAsync("two");
        web.AssertNeverGone();
    }

    [Fact]
    public async Task Event_of_an_unknown_type_and_an_empty_line_are_passed_over()
    {
        var web = await FindAsync("one");
        var watch = await NextWatchAsync();

        await watch.SayAsync("\n{\"type\":\"NOVELTY\",\"object\":{\"metadata\":{\"name\":\"web\",\"resourceVersion\":\"1\"}}}\r\n");
        await PutTextAsync("web", "two");
        await web.FoundAsync("two");

        AssertOnlyFound(web);
    }

    [Theory]
    [InlineData(410, "Expired")]
    [InlineData(410, "Gone")]
    [InlineData(500, "InternalError")]
    [InlineData(504, "Timeout")]
    public async Task Error_event_is_no_removal_and_loses_nothing(int code, string reason)
    {
        var web = await FindAsync("one");
        var watch = await NextWatchAsync();

        Server.Store.Compact();
        await watch.FailAsync(new FakeStatus(code, reason, "for reasons of its own"));
        await PutTextAsync("web", "two");

        await web.FoundAsync("two");
        web.AssertNeverGone();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Forgotten_version_is_listed_anew_without_an_outage(bool byStatus)
    {
        Server.SaysExpiredByStatus = byStatus;
        await PutTextAsync("deleted", "one");
        var web = await FindAsync("one");
        var deleted = CreateSource().RecordText("deleted");
        await deleted.FoundAsync("one");
        var watch = await NextWatchAsync();
        Server.Faults.Add(FakeFaults.Hang, static query => query.IsWatch && !query.SendsInitialEvents, times: 2);

        // The watches end, and before they can go on the server forgets what happens in between.
        Server.Traffic.EndWatches();
        await Server.Traffic.UntilAsync(static traffic => traffic.Watches.IsEmpty, "the end of the watches");
        await PutTextAsync("web", "two");
        await Cluster.DeleteAsync(FakeResource.Secrets, "deleted");
        Server.Store.Compact();
        Server.Faults.Clear();
        Server.Connections.BreakAll();

        await web.FoundAsync("two");
        Assert.NotNull((await deleted.UntilAsync<SecretState.Removed>()).LastGood);
        web.AssertNeverGone();
        Assert.NotSame(watch, await NextWatchAsync());
    }

    [Fact]
    public async Task Long_list_is_read_page_by_page()
    {
        Server.StreamsLists = false;
        await PutManyAsync();

        var last = CreateSource().RecordText("secret-1200");
        await last.FoundAsync("1200");

        var lists = Server.Traffic.Queries.Where(static query => query.IsList).ToArray();
        Assert.Equal(3, lists.Length);
        Assert.All(lists, static query => Assert.InRange(query.Limit, 1, 500));
        Assert.Equal(2, lists.Count(static query => query.Continue is not null));
    }

    [Fact]
    public async Task Page_that_is_too_old_begins_the_list_anew()
    {
        Server.StreamsLists = false;
        await PutManyAsync();
        Server.Faults.Add(
            FakeFaults.Refuse(FakeStatus.Expired with { Continue = "inconsistent" }), static query => query is { IsList: true, Continue: not null }, times: 1);
        var bed = CreateSource();

        var (first, last) = (bed.RecordText("secret-0000"), bed.RecordText("secret-1200"));
        await first.FoundAsync("0000");
        await last.FoundAsync("1200");

        first.AssertNeverGone();
        last.AssertNeverGone();
        Assert.DoesNotContain(Server.Traffic.Queries, static query => query.Continue == "inconsistent");
    }

    [Fact]
    public async Task List_that_breaks_off_removes_nothing()
    {
        Server.StreamsLists = false;
        var web = await FindAsync("one");
        var watch = await NextWatchAsync();
        Server.Faults.Add(
            FakeFaults.Say("{\"kind\":\"SecretList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"9000\"},\"items\":[", broken: true),
            static query => query.IsList,
            times: 2);

        await watch.FailAsync(FakeStatus.Expired);
        await PutTextAsync("web", "two");

        await web.FoundAsync("two");
        web.AssertNeverGone();
    }

    [Fact]
    public async Task Streamed_list_that_breaks_off_removes_nothing()
    {
        var web = await FindAsync("one");
        var watch = await NextWatchAsync();
        Server.Faults.Add(FakeFaults.Say(string.Empty), static query => query.SendsInitialEvents, times: 1);
        Server.Store.Compact();

        await watch.FailAsync(FakeStatus.Expired);
        await PutTextAsync("web", "two");

        await web.FoundAsync("two");
        web.AssertNeverGone();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html>a proxy</html>")]
    [InlineData("{\"items\":[7]}")]
    [InlineData("{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":{}}")]
    public async Task List_that_is_none_is_an_outage_and_no_empty_namespace(string body)
    {
        Server.StreamsLists = false;
        await PutTextAsync("web", "one");
        Server.Faults.Add(FakeFaults.Say(body), static query => query.IsList);
        var web = CreateSource().RecordText("web");

        await web.UntilAsync<SecretState.Unavailable>();
        Server.Faults.Clear();

        await web.FoundAsync("one");
        web.AssertNeverGone();
    }

    [Fact]
    public async Task Broken_encoding_is_Invalid_and_harms_no_other()
    {
        await PutTextAsync("web", "one");
        await Cluster.PutAsync(FakeResource.Secrets, "broken", new JsonObject { ["type"] = "Opaque", ["data"] = new JsonObject { ["value"] = "%%%" } });
        var bed = CreateSource();
        var (web, broken) = (bed.RecordText("web"), bed.RecordText("broken"));

        var invalid = await broken.UntilAsync<SecretState.Invalid>();
        await PutTextAsync("broken", "mended");

        Assert.Contains("base64", invalid.Problem.Message, StringComparison.Ordinal);
        await broken.FoundAsync("mended");
        await web.FoundAsync("one");
        AssertOnlyFound(web);
    }

    [Fact]
    public async Task Any_number_of_names_costs_one_watch()
    {
        await PutManyAsync();
        var bed = CreateSource(static options => options.Recheck = TimeSpan.FromHours(1));

        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => bed.RecordText($"secret-{number:0000}").FoundAsync($"{number:0000}")));
        await Server.Traffic.WatchAsync();

        Assert.Single(Server.Traffic.Watches);
    }

    [Fact]
    public async Task No_update_is_lost_however_watches_end()
    {
        const int Names = 10;
        const int Rounds = 60;
        var bed = CreateSource();
        await Task.WhenAll(Enumerable.Range(0, Names).Select(name => PutTextAsync($"s{name}", "start")));
        var recorders = Enumerable.Range(0, Names).Select(name => bed.RecordText($"s{name}")).ToArray();
        await Task.WhenAll(recorders.Select(static recorder => recorder.FoundAsync("start")));

        // A fixed seed: a failure can be run again.
        var random = new Random(5);
        for (var round = 0; round < Rounds; round++)
        {
            var disturbance = random.Next(6);
            foreach (var watch in Server.Traffic.Watches)
            {
                await DisturbAsync(watch, disturbance);
            }

            await PutTextAsync($"s{random.Next(Names)}", $"round {round}");
        }

        await Task.WhenAll(Enumerable.Range(0, Names).Select(name => PutTextAsync($"s{name}", "end")));

        await Task.WhenAll(recorders.Select(static recorder => recorder.FoundAsync("end")));
        Assert.All(recorders, static recorder => recorder.AssertNeverGone());
    }

    private protected override Task<TestCluster> StartAsync() => StartFakeAsync();

    private static void AssertOnlyFound(StateRecorder recorder) => Assert.All(recorder.States, static state => Assert.IsType<SecretState.Found>(state));

    private async Task DisturbAsync(FakeWatch watch, int sort)
    {
        switch (sort)
        {
            case 0:
                watch.End();
                break;
            case 1:
                watch.Reset();
                break;
            case 2:
                await watch.SayAsync("{\"type\":\"MOD");
                watch.End();
                break;
            case 3:
                Server.Store.Compact();
                watch.End();
                break;
            case 4:
                Server.Connections.BreakAll();
                break;
            default:
                await watch.BookmarkAsync();
                break;
        }
    }

    private async Task<StateRecorder> FindAsync(string value)
    {
        await PutTextAsync("web", value);
        var web = CreateSource().RecordText("web");
        await web.FoundAsync(value);
        return web;
    }

    private Task<FakeWatch> NextWatchAsync() => Server.Traffic.WatchAsync();

    private Task PutManyAsync() => Task.WhenAll(Enumerable.Range(0, 1201).Select(number => PutTextAsync($"secret-{number:0000}", $"{number:0000}")));
}
