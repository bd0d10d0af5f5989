using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>A refusal, in the words and shape of the real server.</summary>
/// <param name="Code">The HTTP status.</param>
/// <param name="Reason">The machine-readable reason.</param>
/// <param name="Message">For people.</param>
/// <param name="Continue">With an expired page: the token of an inconsistent rest.</param>
internal sealed record FakeStatus(int Code, string Reason, string Message, string? Continue = null)
{
    public static readonly FakeStatus Unauthorized = new(401, "Unauthorized", "Unauthorized");

    public static readonly FakeStatus NotServed = new(404, "NotFound", "the server could not find the requested resource");

    public static readonly FakeStatus Expired = new(410, "Expired", "too old resource version: 101 (250)");

    public static readonly FakeStatus Unavailable = new(503, "ServiceUnavailable", "apiserver is shutting down");

    /// <summary>The answer of Kubernetes 1.20, which knows no streaming lists and stumbles over what belongs to them.</summary>
    public static readonly FakeStatus NoStreamingLists = new(
        422,
        "Invalid",
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch");

    public static FakeStatus NotFound(FakeQuery query) => new(404, "NotFound", $"{query.Resource.Plural} \"{query.Name}\" not found");

    public static FakeStatus Forbidden(string user, FakeQuery query)
    {
        var what = query.Name is null ? query.Resource.Plural : $"{query.Resource.Plural} \"{query.Name}\"";
        var where = query.Namespace is { Length: > 0 } ns ? $"in the namespace \"{ns}\"" : "at the cluster scope";
        return new(
            403,
            "Forbidden",
            $"{what} is forbidden: User \"{user}\" cannot {query.Verb} resource \"{query.Resource.Plural}\" in API group \"{query.Resource.Group}\" {where}");
    }

    public JsonObject ToJson() => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = Continue is null ? new JsonObject() : new JsonObject { ["continue"] = Continue },
        ["status"] = "Failure",
        ["message"] = Message,
        ["reason"] = Reason,
        ["code"] = Code,
    };

    public Task WriteAsync(HttpContext context) => WriteAsync(context, Code, ToJson());

    public static Task WriteAsync(HttpContext context, int code, JsonNode json)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString());
    }
}
