using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SecretProviders.Vault.Tests.Replay;

/// <summary>
/// Compares an answer of the fake with that of a real server: the status, the headers that a client may act on, and the
/// body with every field. Of ids and times only what sort of value they are and whether there is one.
/// </summary>
internal static partial class AnswerComparison
{
    private static readonly HashSet<string> IdsAndTimes = new(StringComparer.Ordinal)
    {
        "request_id", "accessor", "client_token", "token", "entity_id", "secret_id", "secret_id_accessor", "wrapped_accessor", "role_id", "id", "uuid",
        "cluster_id", "cluster_name", "created_time", "updated_time", "deletion_time", "creation_time", "expire_time", "issue_time", "last_renewal", "modified",
        "last_renewal_time", "server_time_utc", "replication_performance_mode", "replication_dr_mode",
        "certificate", "issuing_ca", "ca_chain", "csr", "private_key", "serial_number", "expiration", "not_before", "revocation_time", "revocation_time_rfc3339",
        "issuer_id", "key_id", "key_info", "existing_issuers", "imported_issuers", "mapping", "default", "lease_id", "username", "password",
    };

    /// <summary>Lists what differs.</summary>
    public static IEnumerable<string> Differences(JsonObject recorded, int status, IReadOnlyDictionary<string, string> headers, string body, string address)
    {
        if (recorded["status"]!.GetValue<int>() != status)
        {
            yield return $"status {status} instead of {recorded["status"]}";
        }

        foreach (var difference in DifferentHeaders(recorded["headers"]!.AsObject(), headers, address))
        {
            yield return difference;
        }

        foreach (var difference in DifferentBodies(recorded["body"], body))
        {
            yield return difference;
        }
    }

    private static IEnumerable<string> DifferentHeaders(JsonObject recorded, IReadOnlyDictionary<string, string> headers, string address)
    {
        foreach (var (name, value) in recorded)
        {
            // The recorded host is another one; a path is the same.
            var expected = name == "Location" && Uri.TryCreate(value!.ToString(), UriKind.Absolute, out var uri) && uri.Scheme != Uri.UriSchemeFile
                ? address + uri.PathAndQuery
                : value!.ToString();
            if (headers.GetValueOrDefault(name) != expected)
            {
                yield return $"header {name} is '{headers.GetValueOrDefault(name)}' instead of '{expected}'";
            }
        }

        foreach (var name in new[] { "Content-Type", "Location", "Retry-After", "X-Vault-Namespace", "Strict-Transport-Security", "X-Ratelimit-Limit" })
        {
            if (headers.ContainsKey(name) && !recorded.ContainsKey(name))
            {
                yield return $"header {name} is '{headers[name]}' and was not recorded";
            }
        }
    }

    private static IEnumerable<string> DifferentBodies(JsonNode? recorded, string body)
    {
        if (recorded is null)
        {
            return body.Length == 0 ? [] : [$"a body '{body}' instead of none"];
        }

        if (recorded is JsonObject bytes && bytes.ContainsKey("_base64"))
        {
            return body.Length > 0 ? [] : ["no body instead of bytes"];
        }

        return recorded is JsonObject
            ? Differences(recorded, TryParse(body), "body")
            : SameText(recorded.ToString(), body) ? [] : [$"the body '{body}' instead of '{recorded}'"];
    }

    private static JsonNode? TryParse(string body)
    {
        try
        {
            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Differences(JsonNode? recorded, JsonNode? actual, string place) => (recorded, actual) switch
    {
        (JsonObject one, JsonObject other) => one.Select(static pair => pair.Key).Union(other.Select(static pair => pair.Key)).SelectMany(key =>
            !other.ContainsKey(key) ? [$"{place}.{key} is missing"]
            : !one.ContainsKey(key) ? [$"{place}.{key} was not recorded"]
            : IdsAndTimes.Contains(key) || (key == "keys" && one.ContainsKey("key_info")) ? DifferentSorts(one[key], other[key], $"{place}.{key}")
            : Differences(one[key], other[key], $"{place}.{key}")),
        (JsonArray one, JsonArray other) when one.Count == other.Count =>
            Enumerable.Range(0, one.Count).SelectMany(index => Differences(one[index], other[index], $"{place}[{index}]")),
        (JsonValue one, JsonValue other) when place.EndsWith(".ttl", StringComparison.Ordinal) && one.GetValueKind() == JsonValueKind.Number =>
            Math.Abs(one.GetValue<double>() - other.GetValue<double>()) <= 1 ? [] : [$"{place} is {other} instead of about {one}"],
        _ => JsonNode.DeepEquals(recorded, actual) ? [] : [$"{place} is {actual?.ToJsonString() ?? "null"} instead of {recorded?.ToJsonString() ?? "null"}"],
    };

    private static IEnumerable<string> DifferentSorts(JsonNode? recorded, JsonNode? actual, string place) =>
        SortOf(recorded) == SortOf(actual) ? [] : [$"{place} is {actual?.ToJsonString() ?? "null"}, but was {recorded?.ToJsonString() ?? "null"}"];

    private static (JsonValueKind Kind, bool IsEmpty, string Blocks) SortOf(JsonNode? node) => node?.GetValueKind() switch
    {
        null => (JsonValueKind.Null, true, string.Empty),
        JsonValueKind.String => (JsonValueKind.String, node.ToString().Length == 0, Blocks(node.ToString())),
        JsonValueKind.Array => (JsonValueKind.Array, node.AsArray().Count == 0, $"{node.AsArray().Count}: {Blocks(node.ToJsonString())}"),
        var kind => (kind.Value, false, string.Empty),
    };

    // Certificates and keys are others each time: which blocks of PEM there are, and in which order, is the same.
    private static string Blocks(string text) => string.Join(' ', Block().Matches(text).Select(static block => block.Groups[1].Value));

    private static bool SameText(string recorded, string body) => Block().IsMatch(recorded) ? Blocks(recorded) == Blocks(body) : recorded == body;

    [GeneratedRegex("-----BEGIN ([A-Z0-9 ]+)-----")]
    private static partial Regex Block();
}
