using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>One request as the fake got it.</summary>
internal sealed record FakeVaultRequest
{
    public required string Method { get; init; }

    /// <summary>The path behind <c>/v1/</c>, unescaped.</summary>
    public required string Path { get; init; }

    /// <summary>The path as it came, escaped, with its query.</summary>
    public required string Target { get; init; }

    public required IReadOnlyDictionary<string, string> Query { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required byte[] Body { get; init; }

    public X509Certificate2? ClientCertificate { get; init; }

    public string? Token => Header("X-Vault-Token") ?? Header("Authorization")?.Replace("Bearer ", string.Empty, StringComparison.Ordinal);

    public bool IsList => Method == "LIST" || (Method == "GET" && Query.GetValueOrDefault("list") == "true");

    public bool IsWrite => Method is "POST" or "PUT";

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Reads the body as an object; an empty body is an empty one, null is no JSON object.</summary>
    public JsonObject? Json()
    {
        try
        {
            return Body.Length == 0 ? [] : JsonNode.Parse(Body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string? Text(string field) => Json()?[field]?.ToString();

    public override string ToString() => $"{Method} {Target}";
}
