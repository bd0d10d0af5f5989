using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Clusters;

/// <summary>A namespace of a real API server.</summary>
internal sealed partial class KubeCluster : TestCluster
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly HttpClient _admin;

    private KubeCluster(KubeServer server)
    {
        Server = server;
        _admin = Connect(AdminToken);
    }

    public KubeServer Server { get; }

    public override Uri Address => Server.Address;

    public override string CaPem => Server.CaPem;

    public override string AdminToken => Server.AdminToken;

    public override string LimitedToken => Server.LimitedToken;

    /// <summary>Makes a namespace in a server that runs.</summary>
    public static async Task<KubeCluster> CreateAsync(KubeServer server)
    {
        var cluster = new KubeCluster(server);
        await cluster.CreateNamespaceAsync(cluster.Namespace);
        return cluster;
    }

    public override Task PutAsync(FakeResource resource, string name, JsonObject content, string? ns = null, params IEnumerable<(string Name, string Value)> labels)
    {
        var body = (JsonObject)content.DeepClone();
        body["apiVersion"] = resource.ApiVersion;
        body["kind"] = resource.Kind;
        body["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = new JsonObject(labels.Select(static label => KeyValuePair.Create(label.Name, (JsonNode?)label.Value))),
        };
        return resource.IsCustom ? ReplaceAsync(PathOf(resource, ns, name), body) : ApplyAsync(PathOf(resource, ns, name), body);
    }

    public override async Task DeleteAsync(FakeResource resource, string name, string? ns = null)
    {
        using var answer = await _admin.DeleteAsync(PathOf(resource, ns, name));
        Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotFound, $"{name} was not deleted: {answer.StatusCode}");
    }

    public override async Task GrantAsync(params FakeRule[] rules)
    {
        foreach (var place in rules.GroupBy(rule => rule.Namespace ?? Namespace))
        {
            var permissions = new JsonArray([.. place.Select(static rule => new JsonObject
            {
                ["verbs"] = new JsonArray(rule.Verb),
                ["apiGroups"] = new JsonArray(rule.Group),
                ["resources"] = new JsonArray(rule.Resource),
                ["resourceNames"] = rule.Name is null ? new JsonArray() : new JsonArray(rule.Name),
            })]);
            await ApplyAsync(RbacPath(place.Key, "roles"), Rbac("Role", "granted", new() { ["rules"] = permissions }));
            await ApplyAsync(RbacPath(place.Key, "rolebindings"), Rbac("RoleBinding", "granted", new()
            {
                ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Role", ["name"] = "granted" },
                ["subjects"] = new JsonArray(new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "User", ["name"] = "limited" }),
            }));
        }

        await Task.WhenAll(rules.Select(rule => UntilAsync(rule, allowed: true)));
    }

    public override async Task RevokeAsync()
    {
        using var role = await _admin.GetAsync(RbacPath(Namespace, "roles"));
        var rules = (await role.Content.ReadFromJsonAsync<JsonObject>())?["rules"]?.AsArray() ?? [];
        using var answer = await _admin.DeleteAsync(RbacPath(Namespace, "rolebindings"));
        answer.EnsureSuccessStatusCode();
        foreach (var rule in rules)
        {
            var name = (string?)rule!["resourceNames"]?.AsArray().FirstOrDefault();
            await UntilAsync(new((string)rule["verbs"]![0]!, (string)rule["resources"]![0]!, Namespace, name, (string)rule["apiGroups"]![0]!), allowed: false);
        }
    }

    public override async Task CreateNamespaceAsync(string name)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } };
        using var answer = await _admin.PostAsJsonAsync("/api/v1/namespaces", body);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Writes any object by server-side apply.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="body">The whole object.</param>
    public async Task ApplyAsync(string path, JsonObject body)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/apply-patch+yaml"));
        using var answer = await _admin.PatchAsync($"{path}?fieldManager=tests&force=true", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public override ValueTask DisposeAsync()
    {
        // Namespaces are never used again, and without a controller manager they would not end.
        _admin.Dispose();
        return ValueTask.CompletedTask;
    }

    private static JsonObject Rbac(string kind, string name, JsonObject body)
    {
        body["apiVersion"] = "rbac.authorization.k8s.io/v1";
        body["kind"] = kind;
        body["metadata"] = new JsonObject { ["name"] = name };
        return body;
    }

    private static string RbacPath(string ns, string plural) => $"/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/{plural}/granted";

    private string PathOf(FakeResource resource, string? ns, string name) =>
        resource.Path + (resource.IsNamespaced ? $"/namespaces/{ns ?? Namespace}" : string.Empty) + $"/{resource.Plural}/{name}";

    // The server hears of its own rules as a watcher; a moment passes.
    private async Task UntilAsync(FakeRule rule, bool allowed)
    {
        using var limited = Connect(LimitedToken);
        var review = new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SelfSubjectAccessReview",
            ["spec"] = new JsonObject
            {
                ["resourceAttributes"] = new JsonObject
                {
                    ["verb"] = rule.Verb,
                    ["group"] = rule.Group,
                    ["resource"] = rule.Resource,
                    ["namespace"] = rule.Namespace ?? Namespace,
                    ["name"] = rule.Name,
                },
            },
        };
        using var limit = new CancellationTokenSource(Patience);
        bool answered;
        do
        {
            using var answer = await limited.PostAsJsonAsync("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, limit.Token);
            answered = (bool)(await answer.Content.ReadFromJsonAsync<JsonObject>(limit.Token))!["status"]!["allowed"]!;
        }
        while (answered != allowed);
    }
}
