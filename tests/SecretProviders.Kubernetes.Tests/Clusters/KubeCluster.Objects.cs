using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Clusters;

/// <content>What takes more than one object: custom resource definitions and service accounts.</content>
internal sealed partial class KubeCluster
{
    private readonly Dictionary<string, string> _holders = [];

    public override async Task InstallReferenceGrantsAsync()
    {
        await ApplyAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/referencegrants.gateway.networking.k8s.io", ReferenceGrantDefinition());
        using var limit = new CancellationTokenSource(Patience);
        HttpStatusCode code;
        do
        {
            using var answer = await _admin.GetAsync(
                $"{FakeResource.ReferenceGrants.Path}/namespaces/{Namespace}/{FakeResource.ReferenceGrants.Plural}?limit=1", limit.Token);
            code = answer.StatusCode;
        }
        while (code != HttpStatusCode.OK);
    }

    // Bound to a Secret, so that it ends with that; a static token would end with the server only.
    public override async Task<string> IssueTokenAsync()
    {
        await ApplyAsync($"/api/v1/namespaces/{Namespace}/serviceaccounts/reader", new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ServiceAccount",
            ["metadata"] = new JsonObject { ["name"] = "reader" },
        });
        await BindReaderAsync();
        var holder = $"holder-{_holders.Count}";
        await PutAsync(FakeResource.Secrets, holder, Content.Opaque());
        using var answer = await _admin.PostAsJsonAsync($"/api/v1/namespaces/{Namespace}/serviceaccounts/reader/token", new JsonObject
        {
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["kind"] = "TokenRequest",
            ["spec"] = new JsonObject { ["boundObjectRef"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Secret", ["name"] = holder } },
        });
        var token = (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["status"]!["token"]!;
        _holders[token] = holder;
        await UntilAnsweredAsync(token, HttpStatusCode.OK);
        return token;
    }

    public override async Task WithdrawTokenAsync(string token)
    {
        await DeleteAsync(FakeResource.Secrets, _holders[token]);
        await UntilAnsweredAsync(token, HttpStatusCode.Unauthorized);
    }

    // Server-side apply of 1.20 stumbles over empty texts in custom objects.
    private async Task ReplaceAsync(string path, JsonObject body)
    {
        using var present = await _admin.GetAsync(path);
        HttpResponseMessage answer;
        if (present.StatusCode == HttpStatusCode.NotFound)
        {
            answer = await _admin.PostAsJsonAsync(path[..path.LastIndexOf('/')], body);
        }
        else
        {
            var found = await present.Content.ReadFromJsonAsync<JsonObject>();
            body["metadata"]!["resourceVersion"] = (string?)found!["metadata"]!["resourceVersion"];
            answer = await _admin.PutAsJsonAsync(path, body);
        }

        using (answer)
        {
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    private static JsonObject ReferenceGrantDefinition() => (JsonObject)JsonNode.Parse(
        """
        {
          "apiVersion": "apiextensions.k8s.io/v1",
          "kind": "CustomResourceDefinition",
          "metadata": {
            "name": "referencegrants.gateway.networking.k8s.io",
            "annotations": { "api-approved.kubernetes.io": "unapproved, the shape of the documents for tests" }
          },
          "spec": {
            "group": "gateway.networking.k8s.io",
            "scope": "Namespaced",
            "names": { "plural": "referencegrants", "singular": "referencegrant", "kind": "ReferenceGrant", "shortNames": ["refgrant"] },
            "versions": [{
              "name": "v1beta1", "served": true, "storage": true,
              "schema": { "openAPIV3Schema": { "type": "object", "properties": { "spec": {
                "type": "object", "required": ["from", "to"],
                "properties": {
                  "from": { "type": "array", "minItems": 1, "items": {
                    "type": "object", "required": ["group", "kind", "namespace"],
                    "properties": { "group": { "type": "string" }, "kind": { "type": "string" }, "namespace": { "type": "string" } } } },
                  "to": { "type": "array", "minItems": 1, "items": {
                    "type": "object", "required": ["group", "kind"],
                    "properties": { "group": { "type": "string" }, "kind": { "type": "string" }, "name": { "type": "string" } } } }
                } } } } }
            }]
          }
        }
        """)!;

    private async Task BindReaderAsync()
    {
        await ApplyAsync($"{RbacPath(Namespace, "roles")}-reader", Rbac("Role", "granted-reader", new()
        {
            ["rules"] = new JsonArray(new JsonObject
            {
                ["verbs"] = new JsonArray("list", "watch"),
                ["apiGroups"] = new JsonArray(string.Empty),
                ["resources"] = new JsonArray("secrets"),
            }),
        }));
        await ApplyAsync($"{RbacPath(Namespace, "rolebindings")}-reader", Rbac("RoleBinding", "granted-reader", new()
        {
            ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Role", ["name"] = "granted-reader" },
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = "reader", ["namespace"] = Namespace }),
        }));
    }

    // Answers about tokens are kept for some seconds.
    private async Task UntilAnsweredAsync(string token, HttpStatusCode expected)
    {
        using var client = Connect(token);
        using var limit = new CancellationTokenSource(Patience);
        HttpStatusCode code;
        do
        {
            using var answer = await client.GetAsync($"/api/v1/namespaces/{Namespace}/secrets?limit=1", limit.Token);
            code = answer.StatusCode;
        }
        while (code != expected);
    }
}
