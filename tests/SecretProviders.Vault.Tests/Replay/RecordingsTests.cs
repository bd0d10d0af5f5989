using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Replay;

/// <summary>
/// The fake answers as the real servers did: exchanges that were recorded with them are sent to it in their order, and
/// the answers compared.
/// </summary>
public sealed class RecordingsTests
{
    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    public static TheoryData<string> Recordings =>
        [.. Directory.EnumerateFiles(Root(), "*.json", SearchOption.AllDirectories).Select(static path => Path.GetRelativePath(Root(), path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Fake_answers_as_the_real_server_did(string recording)
    {
        var dialect = recording.StartsWith("vault-1.8", StringComparison.Ordinal) ? FakeVaultDialect.Vault18 : FakeVaultDialect.OpenBao26;
        await using var bed = await VaultTestbed.StartAsync(dialect, nodes: 2);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var differences = new List<string>();
        foreach (var exchange in JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Root(), recording)))!.AsArray().Select(static step => new RecordedExchange(step!.AsObject())))
        {
            exchange.Prepare(bed);
            if (exchange.Request(bed.Node.Address, names) is { } request)
            {
                differences.AddRange(await ExchangeAsync(bed, exchange, request, names));
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Fact]
    public void There_are_recordings_of_both_servers() =>
        Assert.All(["openbao-2.6.2", "vault-1.8.0-dev"], static server => Assert.True(Directory.GetFiles(Path.Combine(Root(), server)).Length >= 10));

    private static async Task<string[]> ExchangeAsync(VaultTestbed bed, RecordedExchange exchange, HttpRequestMessage request, Dictionary<string, string> names)
    {
        using var answer = await Http.SendAsync(request, CancellationToken.None);
        var body = await answer.Content.ReadAsStringAsync();
        if (exchange.Response is null && !answer.IsSuccessStatusCode)
        {
            return [$"{request.Method} {request.RequestUri}: {answer.StatusCode} {body}"];
        }

        foreach (var (path, name) in exchange.Capture ?? [])
        {
            names[name!.ToString()] = path.Split('/').Aggregate(JsonNode.Parse(body), static (node, part) => node![part])!.ToString();
        }

        if (exchange.Response is not { } recorded)
        {
            return [];
        }

        var headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(static header => header.Key, static header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return [.. AnswerComparison.Differences(recorded, (int)answer.StatusCode, headers, body, bed.Nodes[1].Address).Select(difference => $"{exchange.Name}: {difference}")];
    }

    private static string Root([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "..", "Recordings");
}
