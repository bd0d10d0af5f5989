using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Contract;

/// <summary>
/// What an API server answers to plain requests. The same tests ask the fake and the real one, so that the fake is
/// known to be like it in everything that the source lives by.
/// </summary>
public abstract class ServerContractTests : IAsyncLifetime
{
    private protected TestCluster Cluster { get; private set; } = null!;

    private HttpClient Admin { get; set; } = null!;

    private string Secrets => $"/api/v1/namespaces/{Cluster.Namespace}/secrets";

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
    public async Task Empty_list_has_a_version()
    {
        var list = await GetAsync(Admin, Secrets);

        Assert.Equal(("SecretList", "v1"), ((string?)list["kind"], (string?)list["apiVersion"]));
        Assert.Empty(list["items"]!.AsArray());
        Assert.True(VersionOf(list) > 0);
    }

    [Fact]
    public async Task Items_of_a_list_carry_no_kind()
    {
        await PutAsync("a", "1");

        var item = Assert.Single((await GetAsync(Admin, Secrets))["items"]!.AsArray())!;

        Assert.Null(item["kind"]);
        Assert.Equal(("a", Cluster.Namespace), ((string?)item["metadata"]!["name"], (string?)item["metadata"]!["namespace"]));
        Assert.Equal("MQ==", (string?)item["data"]!["value"]);
    }

    [Fact]
    public async Task One_object_carries_its_kind()
    {
        await PutAsync("a", "1");

        Assert.Equal("Secret", (string?)(await GetAsync(Admin, $"{Secrets}/a"))["kind"]);
    }

    [Fact]
    public async Task List_of_all_namespaces_holds_every_one()
    {
        var other = $"{Cluster.Namespace}-other";
        await Cluster.CreateNamespaceAsync(other);
        await PutAsync("a", "1");
        await Cluster.PutAsync(FakeResource.Secrets, "b", Content.Opaque(("value", "2")), other);

        var items = (await GetAsync(Admin, "/api/v1/secrets"))["items"]!.AsArray();

        Assert.Superset(
            new HashSet<string?> { $"{Cluster.Namespace}/a", $"{other}/b" },
            items.Select(static item => $"{item!["metadata"]!["namespace"]}/{item["metadata"]!["name"]}").ToHashSet<string?>());
    }

    [Fact]
    public async Task Pages_are_parts_of_one_version()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            await PutAsync(name, name);
        }

        var first = await GetAsync(Admin, $"{Secrets}?limit=2");
        await PutAsync("d", "later");
        var second = await GetAsync(Admin, $"{Secrets}?limit=2&continue={first["metadata"]!["continue"]}");

        Assert.Equal(1, (int?)first["metadata"]!["remainingItemCount"]);
        Assert.Equal(["a", "b"], NamesIn(first));
        Assert.Equal(["c"], NamesIn(second));
        Assert.Equal(VersionOf(first), VersionOf(second));
        Assert.Null(second["metadata"]!["continue"]);
    }

    [Fact]
    public async Task Write_of_what_is_there_makes_no_new_version()
    {
        await PutAsync("a", "1");
        var before = VersionOf(await GetAsync(Admin, $"{Secrets}/a"));

        await PutAsync("a", "1");

        Assert.Equal(before, VersionOf(await GetAsync(Admin, $"{Secrets}/a")));
    }

    [Theory]
    [InlineData("labelSelector=color%3Dred", "a")]
    [InlineData("labelSelector=color", "a,b")]
    [InlineData("labelSelector=%21color", "c")]
    [InlineData("labelSelector=color%21%3Dred", "b,c")]
    [InlineData("labelSelector=color%20in%20%28red%2Cblue%29", "a,b")]
    [InlineData("labelSelector=color%20notin%20%28red%29", "b,c")]
    [InlineData("fieldSelector=metadata.name%3Db", "b")]
    [InlineData("fieldSelector=type%21%3Dexample.org%2Fother", "a,b")]
    [InlineData("fieldSelector=type%3DOpaque,metadata.name%3Da", "a")]
    public async Task Selectors_select(string query, string names)
    {
        await Cluster.PutAsync(FakeResource.Secrets, "a", Content.Opaque(), null, ("color", "red"));
        await Cluster.PutAsync(FakeResource.Secrets, "b", Content.Opaque(), null, ("color", "blue"));
        await Cluster.PutAsync(FakeResource.Secrets, "c", Content.Secret("example.org/other"));

        Assert.Equal(names.Split(','), NamesIn(await GetAsync(Admin, $"{Secrets}?{query}")));
    }

    [Fact]
    public async Task Unknown_field_is_a_bad_request()
    {
        var (code, _) = await AskAsync(Admin, $"{Secrets}?fieldSelector=color%3Dred");

        Assert.Equal(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Metadata_alone_holds_no_content()
    {
        await PutAsync("a", "1");
        Admin.DefaultRequestHeaders.Accept.ParseAdd("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");

        var list = await GetAsync(Admin, Secrets);

        Assert.Equal("PartialObjectMetadataList", (string?)list["kind"]);
        var item = Assert.Single(list["items"]!.AsArray())!;
        Assert.Equal("PartialObjectMetadata", (string?)item["kind"]);
        Assert.Equal("a", (string?)item["metadata"]!["name"]);
        Assert.Null(item["data"]);
    }

    [Fact]
    public async Task Unknown_token_is_not_who_nobody_is()
    {
        using var wrong = Cluster.Connect("wrong");
        using var nobody = Cluster.Connect(token: null);

        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(wrong, Secrets)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(nobody, Secrets)).Code);
    }

    [Fact]
    public async Task Missing_object_and_missing_kind_are_both_not_found()
    {
        var (objectCode, missing) = await AskAsync(Admin, $"{Secrets}/a");
        var (kindCode, unknown) = await AskAsync(Admin, "/apis/certificates.k8s.io/v1alpha9/clustertrustbundles");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (objectCode, kindCode));
        Assert.Equal("secrets \"a\" not found", (string?)missing!["message"]);
        Assert.DoesNotContain("clustertrustbundles", $"{unknown?["message"]}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "secrets is forbidden: User \"limited\" cannot list resource \"secrets\" in API group \"\" in the namespace \"{0}\"")]
    [InlineData("/a", "secrets \"a\" is forbidden: User \"limited\" cannot get resource \"secrets\" in API group \"\" in the namespace \"{0}\"")]
    [InlineData("?watch=1&fieldSelector=metadata.name%3Da", "secrets \"a\" is forbidden: User \"limited\" cannot watch resource \"secrets\" in API group \"\" in the namespace \"{0}\"")]
    public async Task Refusal_names_what_was_refused(string query, string message)
    {
        using var limited = Cluster.Connect(Cluster.LimitedToken);

        var (code, status) = await AskAsync(limited, Secrets + query);

        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden"), (code, (string?)status!["reason"]));
        Assert.Equal(string.Format(null, message, Cluster.Namespace), (string?)status["message"]);
    }

    [Fact]
    public async Task Rule_for_a_name_allows_a_list_that_selects_it()
    {
        await Cluster.GrantAsync(new FakeRule("list", "secrets", Name: "a"));
        using var limited = Cluster.Connect(Cluster.LimitedToken);

        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(limited, Secrets)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(limited, $"{Secrets}?fieldSelector=metadata.name%3Db")).Code);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(limited, $"{Secrets}?fieldSelector=metadata.name%3Da")).Code);
    }

    [Fact]
    public async Task What_is_granted_is_taken_away_again()
    {
        using var limited = Cluster.Connect(Cluster.LimitedToken);
        await Cluster.GrantAsync(new FakeRule("list", "secrets"));
        var granted = await AskAsync(limited, Secrets);

        await Cluster.RevokeAsync();

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (granted.Code, (await AskAsync(limited, Secrets)).Code));
    }

    private static async Task<(HttpStatusCode Code, JsonObject? Body)> AskAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        var isJson = answer.Content.Headers.ContentType?.MediaType == "application/json";
        return (answer.StatusCode, isJson ? await answer.Content.ReadFromJsonAsync<JsonObject>() : null);
    }

    private static async Task<JsonObject> GetAsync(HttpClient client, string path)
    {
        var (code, body) = await AskAsync(client, path);
        Assert.True(code == HttpStatusCode.OK, $"{path}: {code} {body}");
        return body!;
    }

    private static long VersionOf(JsonNode body) => long.Parse((string)body["metadata"]!["resourceVersion"]!);

    private static IEnumerable<string> NamesIn(JsonNode list) => list["items"]!.AsArray().Select(static item => (string)item!["metadata"]!["name"]!);

    private Task PutAsync(string name, string value) => Cluster.PutAsync(FakeResource.Secrets, name, Content.Opaque(("value", value)));

    public sealed class Fake : ServerContractTests
    {
        private protected override async Task<TestCluster> StartAsync() => await FakeCluster.StartAsync();
    }

    [Collection(SharedKubeServer.Collection)]
    public sealed class Real : ServerContractTests
    {
        private protected override async Task<TestCluster> StartAsync() => await KubeCluster.CreateAsync(await SharedKubeServer.GetAsync());
    }
}
