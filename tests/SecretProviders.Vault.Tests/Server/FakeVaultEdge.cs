using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>What a server answers before anybody asks who it is: bad paths, its health, its seal, its leader.</summary>
internal static class FakeVaultEdge
{
    public static FakeVaultAnswer? Refuse(FakeVaultRequest request)
    {
        var path = request.Target.Split('?')[0];
        if (Uri.UnescapeDataString(path).Any(char.IsControl))
        {
            return new FakeVaultAnswer(400);
        }

        if (path.Contains("//", StringComparison.Ordinal) || path.Split('/').Contains(".."))
        {
            var clean = new Uri(new Uri("http://host"), path.Replace("//", "/", StringComparison.Ordinal)).AbsolutePath;
            return new FakeVaultAnswer(301)
            {
                Headers = new Dictionary<string, string> { ["Location"] = clean, ["Content-Type"] = "text/html; charset=utf-8" },
                Raw = Encoding.UTF8.GetBytes($"<a href=\"{WebUtility.HtmlEncode(clean)}\">Moved Permanently</a>.\n\n"),
            };
        }

        return path.StartsWith("/v1/", StringComparison.Ordinal) ? null : FakeVaultAnswer.Error(404);
    }

    public static FakeVaultAnswer? Health(FakeVaultNode node, FakeVaultRequest request) => request.Path switch
    {
        "sys/health" when node.Vault.Dialect == FakeVaultDialect.OpenBao26 && request.Header("X-Vault-Namespace") is { Length: > 0 } scope =>
            FakeVaultAnswer.Error(400, "operation unavailable in namespaces") with { Headers = new Dictionary<string, string> { ["X-Vault-Namespace"] = scope } },
        "sys/health" => new FakeVaultAnswer(HealthStatus(node, request), Describe(node)),
        "sys/init" => new FakeVaultAnswer(200, new JsonObject { ["initialized"] = node.Initialised }),
        _ => null,
    };

    private static int HealthStatus(FakeVaultNode node, FakeVaultRequest request)
    {
        var isStandby = node.Active is not null || node.IsLost;
        var (name, status) = !node.Initialised ? ("uninitcode", 501)
            : node.Sealed ? ("sealedcode", 503)
            : isStandby && request.Query.GetValueOrDefault("standbyok") != "true" ? ("standbycode", 429)
            : ("activecode", 200);
        return request.Query.TryGetValue(name, out var other) ? int.Parse(other, CultureInfo.InvariantCulture) : status;
    }

    private static JsonObject Describe(FakeVaultNode node)
    {
        var isDark = node.Sealed || !node.Initialised;
        var health = new JsonObject
        {
            ["initialized"] = node.Initialised,
            ["sealed"] = isDark,
            ["standby"] = isDark || node.Active is not null || node.IsLost,
        };
        if (node.Vault.Dialect == FakeVaultDialect.Vault18)
        {
            health["performance_standby"] = false;
        }

        health["replication_performance_mode"] = isDark || node.IsLost ? "unknown" : "disabled";
        health["replication_dr_mode"] = isDark || node.IsLost ? "unknown" : "disabled";
        health["server_time_utc"] = FakeDuration.Unix(node.Vault.Clock.GetUtcNow());
        health["version"] = node.Vault.Dialect == FakeVaultDialect.Vault18 ? "1.8.0-dev" : "2.6.2";
        if (!isDark)
        {
            health["cluster_name"] = "vault-cluster-fake";
            health["cluster_id"] = "00000000-0000-0000-0000-000000000000";
        }

        return health;
    }
}
