using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server;
using SecretProviders.Vault.Tests.Server.Auth;

namespace SecretProviders.Vault.Tests.Replay;

/// <summary>One step of a recording: an exchange with a real server, or what was done in between.</summary>
/// <param name="Step">The step as its file has it.</param>
internal sealed record RecordedExchange(JsonObject Step)
{
    /// <summary>Gets the name of the exchange, or null when the step was not recorded and only prepares the next.</summary>
    public string? Name => Step["name"]?.ToString();

    public JsonObject? Response => Step["response"]?.AsObject();

    /// <summary>Gets what of the answer later steps need, by the path to it: <c>auth/client_token</c>.</summary>
    public JsonObject? Capture => Step["capture"]?.AsObject();

    /// <summary>Makes the request that the real server got, with the names of this run in place of the recorded ones.</summary>
    public HttpRequestMessage? Request(string address, IReadOnlyDictionary<string, string> names)
    {
        if (Step["request"] is not JsonObject request)
        {
            return Step["send"] is JsonObject send ? Write(address, $"/v1/{send["path"]}", send, names) : null;
        }

        return Write(address, request["target"]!.ToString(), request, names);
    }

    /// <summary>Does what no request does: moves the clock, changes the node, plants what a JWT is worth.</summary>
    public void Prepare(VaultTestbed bed)
    {
        if (Step["advance"] is { } seconds)
        {
            bed.Clock.Advance(TimeSpan.FromSeconds(seconds.GetValue<int>()));
        }

        if (Step["node"] is JsonObject node)
        {
            bed.Node.Initialised = node["initialised"]?.GetValue<bool>() ?? bed.Node.Initialised;
            bed.Node.Sealed = node["sealed"]?.GetValue<bool>() ?? bed.Node.Sealed;
            bed.Node.IsLost = node["lost"]?.GetValue<bool>() ?? bed.Node.IsLost;
            bed.Node.Active = node["standby"] is null ? bed.Node.Active : bed.Nodes[1];
        }

        if (Step["accept"] is { } method)
        {
            var metadata = Response!["body"]!["auth"]!["metadata"]!.AsObject().Where(static pair => pair.Key != "role");
            bed.Vault.Auth<FakeJwtAuth>(method.ToString()).Accepted[Step["request"]!["body"]!["jwt"]!.ToString()] =
                metadata.ToDictionary(static pair => pair.Key, static pair => pair.Value!.ToString());
        }
    }

    private static HttpRequestMessage Write(string address, string target, JsonObject request, IReadOnlyDictionary<string, string> names)
    {
        var uri = new Uri(address + Fill(target, names), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(request["method"]!.ToString()), uri);
        if (request["token"] is { } token)
        {
            message.Headers.TryAddWithoutValidation("X-Vault-Token", Fill(token.ToString(), names));
        }

        var text = request["raw"]?.ToString() ?? request["body"]?.ToJsonString();
        if (text is not null)
        {
            var escaped = names.ToDictionary(static name => name.Key, static name => JsonEncodedText.Encode(name.Value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Fill(text, escaped)));
        }

        foreach (var (name, value) in request["headers"]?.AsObject() ?? [])
        {
            if (!message.Headers.TryAddWithoutValidation(name, value!.ToString()))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value.ToString());
            }
        }

        return message;
    }

    private static string Fill(string text, IReadOnlyDictionary<string, string> names) =>
        names.Aggregate(text, static (filled, name) => filled.Replace($"{{{name.Key}}}", name.Value, StringComparison.Ordinal));
}
