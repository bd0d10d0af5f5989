using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Testing;

namespace SecretProviders.Kubernetes.Tests.Clusters;

/// <summary>The content of objects as their users write it.</summary>
internal static class Content
{
    /// <summary>An Opaque Secret with text fields.</summary>
    public static JsonObject Opaque(params IEnumerable<(string Name, string Value)> fields) =>
        Secret("Opaque", fields.Select(static field => (field.Name, Encoding.UTF8.GetBytes(field.Value))));

    /// <summary>A Secret of any type with any bytes.</summary>
    public static JsonObject Secret(string type, params IEnumerable<(string Name, byte[] Value)> fields) => new()
    {
        ["type"] = type,
        ["data"] = new JsonObject(fields.Select(static field => KeyValuePair.Create(field.Name, (JsonNode?)Convert.ToBase64String(field.Value)))),
    };

    /// <summary>A Secret of type kubernetes.io/tls.</summary>
    /// <param name="certificate">The pair.</param>
    /// <param name="withTrust">Whether ca.crt is there too, as cert-manager writes it.</param>
    public static JsonObject Tls(TestCertificate certificate, bool withTrust = false) => Secret(
        "kubernetes.io/tls",
        new[] { ("tls.crt", certificate.CertificatePem), ("tls.key", certificate.PrivateKeyPem), ("ca.crt", certificate.TrustPem) }.Take(withTrust ? 3 : 2));

    /// <summary>A ConfigMap with text.</summary>
    public static JsonObject ConfigMap(params IEnumerable<(string Name, string Value)> fields) => new()
    {
        ["data"] = new JsonObject(fields.Select(static field => KeyValuePair.Create(field.Name, (JsonNode?)field.Value))),
    };

    /// <summary>A ReferenceGrant: whoever is of a kind in a namespace may refer to Secrets here.</summary>
    public static JsonObject Grant(string fromNamespace, string fromKind = "Gateway", string? toName = null)
    {
        var to = new JsonObject { ["group"] = string.Empty, ["kind"] = "Secret" };
        if (toName is not null)
        {
            to["name"] = toName;
        }

        return new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["from"] = new JsonArray(new JsonObject { ["group"] = "gateway.networking.k8s.io", ["kind"] = fromKind, ["namespace"] = fromNamespace }),
                ["to"] = new JsonArray(to),
            },
        };
    }
}
