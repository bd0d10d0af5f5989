using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>One answer of the fake.</summary>
internal sealed record FakeVaultAnswer(int Status, JsonObject? Body = null)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Another body than JSON, with its content type in <see cref="Headers"/>.</summary>
    public byte[]? Raw { get; init; }

    public static FakeVaultAnswer NoContent() => new(204);

    public static FakeVaultAnswer NotFound() => Error(404);

    public static FakeVaultAnswer Denied() => Error(403, "permission denied");

    public static FakeVaultAnswer DeniedByPolicy() => Error(403, "1 error occurred:\n\t* permission denied\n\n");

    public static FakeVaultAnswer Unsupported() => Error(405, "1 error occurred:\n\t* unsupported operation\n\n");

    public static FakeVaultAnswer Error(int status, params string[] errors) =>
        new(status, new JsonObject { ["errors"] = new JsonArray([.. errors.Select(static error => (JsonNode)error)]) });

    /// <summary>The envelope of every answer of a backend.</summary>
    public static FakeVaultAnswer Ok(JsonNode? data, JsonObject? auth = null, string[]? warnings = null, int status = 200, int leaseDuration = 0) => new(status, new JsonObject
    {
        ["request_id"] = Guid.NewGuid().ToString(),
        ["lease_id"] = string.Empty,
        ["renewable"] = false,
        ["lease_duration"] = leaseDuration,
        ["data"] = data,
        ["wrap_info"] = null,
        ["warnings"] = warnings is null ? null : new JsonArray([.. warnings.Select(static warning => (JsonNode)warning)]),
        ["auth"] = auth,
    });

    /// <summary>As system backends answer: the data also beside the envelope.</summary>
    public static FakeVaultAnswer System(JsonObject data)
    {
        var answer = Ok(data.DeepClone());
        foreach (var (name, value) in data)
        {
            answer.Body![name] = value?.DeepClone();
        }

        return answer;
    }
}
