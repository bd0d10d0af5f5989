using System.Net;
using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Contract;

/// <summary>What a watch tells, of the fake and of the real server alike.</summary>
public abstract class WatchContractTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private protected TestCluster Cluster { get; private set; } = null!;

    private protected HttpClient Admin { get; private set; } = null!;

    private protected string Secrets => $"/api/v1/namespaces/{Cluster.Namespace}/secrets";

    public async ValueTask InitializeAsync()
    {
        Cluster = await StartAsync();
        Admin = Cluster.Connect(Cluster.AdminToken);
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Cluster.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<TestCluster> StartAsync();

    [Fact]
    public async Task Watch_tells_what_happens_after_its_version()
    {
        var version = await VersionAsync();
        await PutAsync("a", "1");
        using var watch = await OpenAsync($"resourceVersion={version}");
        var added = await watch.NextAsync();
        await PutAsync("a", "2");
        var modified = await watch.NextAsync();
        await Cluster.DeleteAsync(FakeResource.Secrets, "a");
        var deleted = await watch.NextAsync();

        Assert.Equal(["ADDED", "MODIFIED", "DELETED"], new[] { added.Type, modified.Type, deleted.Type });
        Assert.Equal(["MQ==", "Mg==", "Mg=="], new[] { added, modified, deleted }.Select(static told => (string?)told.Object["data"]!["value"]));
        Assert.True(added.Version < modified.Version && modified.Version < deleted.Version, "The version of a deletion is its own.");
        Assert.Equal("Secret", (string?)added.Object["kind"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("resourceVersion=0")]
    public async Task Watch_without_a_version_begins_with_what_is_there(string query)
    {
        await PutAsync("a", "1");
        await PutAsync("b", "2");

        using var watch = await OpenAsync(query);

        Assert.Equal([("ADDED", "a"), ("ADDED", "b")], new[] { await watch.NextAsync(), await watch.NextAsync() }.Select(static told => (told.Type, told.Name)).Order());
    }

    [Fact]
    public async Task Object_that_leaves_the_selection_is_told_as_deleted()
    {
        using var watch = await OpenAsync($"labelSelector=color%3Dred&resourceVersion={await VersionAsync()}");
        await Cluster.PutAsync(FakeResource.Secrets, "a", Content.Opaque(("value", "1")), null, ("color", "red"));
        await Cluster.PutAsync(FakeResource.Secrets, "a", Content.Opaque(("value", "2")), null, ("color", "blue"));
        await Cluster.PutAsync(FakeResource.Secrets, "a", Content.Opaque(("value", "3")), null, ("color", "red"));

        var told = new[] { await watch.NextAsync(), await watch.NextAsync(), await watch.NextAsync() };

        Assert.Equal(["ADDED", "DELETED", "ADDED"], told.Select(static one => one.Type));
        Assert.Equal("Mw==", (string?)told[2].Object["data"]!["value"]);
    }

    [Fact]
    public async Task Watch_of_one_name_is_quiet_about_others()
    {
        using var watch = await OpenAsync($"fieldSelector=metadata.name%3Da&resourceVersion={await VersionAsync()}");
        await PutAsync("b", "1");
        await PutAsync("a", "2");

        Assert.Equal("a", (await watch.NextAsync()).Name);
    }

    [Fact]
    public async Task Watch_of_metadata_tells_no_content()
    {
        Admin.DefaultRequestHeaders.Accept.ParseAdd("application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
        using var watch = await OpenAsync($"resourceVersion={await VersionAsync()}");
        await PutAsync("a", "1");

        var told = await watch.NextAsync();

        Assert.Equal(("ADDED", "a", "PartialObjectMetadata"), (told.Type, told.Name, (string?)told.Object["kind"]));
        Assert.Null(told.Object["data"]);
    }

    [Fact]
    public async Task Open_watch_outlives_the_permission()
    {
        await Cluster.GrantAsync(new FakeRule("watch", "secrets"));
        using var limited = Cluster.Connect(Cluster.LimitedToken);
        using var watch = await OpenAsync($"resourceVersion={await VersionAsync()}", limited);

        await Cluster.RevokeAsync();
        await PutAsync("a", "1");

        Assert.Equal("a", (await watch.NextAsync()).Name);
    }

    private protected async Task<OpenWatch> OpenAsync(string query, HttpClient? client = null)
    {
        var answer = await (client ?? Admin).GetAsync($"{Secrets}?watch=1&allowWatchBookmarks=true&{query}", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new OpenWatch(answer, new StreamReader(await answer.Content.ReadAsStreamAsync()));
    }

    private protected async Task<string> VersionAsync()
    {
        using var client = Cluster.Connect(Cluster.AdminToken);
        return (string)JsonNode.Parse(await client.GetStringAsync(Secrets))!["metadata"]!["resourceVersion"]!;
    }

    private protected Task PutAsync(string name, string value) => Cluster.PutAsync(FakeResource.Secrets, name, Content.Opaque(("value", value)));

    private protected sealed record Event(string Type, JsonObject Object)
    {
        public string? Name => (string?)Object["metadata"]?["name"];

        public long Version => long.Parse((string)Object["metadata"]!["resourceVersion"]!);
    }

    private protected sealed class OpenWatch(HttpResponseMessage answer, StreamReader lines) : IDisposable
    {
        public async Task<Event> NextAsync()
        {
            while (true)
            {
                var line = await lines.ReadLineAsync().WaitAsync(Patience);
                Assert.True(line is not null, "The watch ended.");
                var told = JsonNode.Parse(line!)!;
                if ((string?)told["type"] != "BOOKMARK" || told["object"]!["metadata"]!["annotations"] is not null)
                {
                    return new Event((string)told["type"]!, told["object"]!.AsObject());
                }
            }
        }

        public void Dispose()
        {
            lines.Dispose();
            answer.Dispose();
        }
    }

    public sealed class Fake : WatchContractTests
    {
        private protected override async Task<TestCluster> StartAsync() => await FakeCluster.StartAsync();

        [Fact]
        public async Task Streamed_list_ends_with_a_marked_bookmark()
        {
            await PutAsync("a", "1");

            using var watch = await OpenAsync("sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
            var (added, end) = (await watch.NextAsync(), await watch.NextAsync());
            await PutAsync("b", "2");

            Assert.Equal(("ADDED", "a"), (added.Type, added.Name));
            Assert.Equal(("BOOKMARK", "Secret"), (end.Type, (string?)end.Object["kind"]));
            Assert.Equal("true", (string?)end.Object["metadata"]!["annotations"]!["k8s.io/initial-events-end"]);
            Assert.Equal(added.Version, end.Version);
            Assert.Equal("b", (await watch.NextAsync()).Name);
        }

        [Fact]
        public async Task Forgotten_version_is_an_error_event()
        {
            var version = await VersionAsync();
            ((FakeCluster)Cluster).Server.Store.Compact();

            using var watch = await OpenAsync($"resourceVersion={version}");
            var told = await watch.NextAsync();

            Assert.Equal(("ERROR", 410, "Expired"), (told.Type, (int?)told.Object["code"], (string?)told.Object["reason"]));
        }

        [Fact]
        public async Task Server_that_knows_no_streaming_lists_says_422()
        {
            ((FakeCluster)Cluster).Server.StreamsLists = false;

            using var answer = await Admin.GetAsync($"{Secrets}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");

            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        }
    }

    [Collection(SharedKubeServer.Collection)]
    public sealed class Real : WatchContractTests
    {
        private protected override async Task<TestCluster> StartAsync() => await KubeCluster.CreateAsync(await SharedKubeServer.GetAsync());

        [Fact]
        public async Task Server_of_1_20_knows_no_streaming_lists()
        {
            using var answer = await Admin.GetAsync($"{Secrets}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");

            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        }

        [Fact]
        public async Task Forgotten_version_is_an_error_event()
        {
            var version = await VersionAsync();
            await PutAsync("a", "1");
            var server = ((KubeCluster)Cluster).Server;
            await server.CompactAsync();
            await server.KillAsync();
            await server.StartAgainAsync();

            using var watch = await OpenAsync($"resourceVersion={version}");
            var told = await watch.NextAsync();

            Assert.Equal(("ERROR", 410, "Expired"), (told.Type, (int?)told.Object["code"], (string?)told.Object["reason"]));
        }
    }
}
