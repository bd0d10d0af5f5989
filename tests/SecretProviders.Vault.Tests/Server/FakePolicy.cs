using System.Text.RegularExpressions;

namespace SecretProviders.Vault.Tests.Server;

/// <summary>What policies allow, as far as the tests write them: paths with <c>*</c> and <c>+</c>, and capabilities.</summary>
internal static partial class FakePolicy
{
    public const string Default = """
        path "auth/token/lookup-self" { capabilities = ["read"] }
        path "auth/token/renew-self" { capabilities = ["update"] }
        path "auth/token/revoke-self" { capabilities = ["update"] }
        path "sys/capabilities-self" { capabilities = ["update"] }
        path "sys/leases/renew" { capabilities = ["update"] }
        path "sys/leases/lookup" { capabilities = ["update"] }
        path "cubbyhole/*" { capabilities = ["create", "read", "update", "delete", "list"] }
        path "sys/wrapping/wrap" { capabilities = ["update"] }
        path "sys/wrapping/lookup" { capabilities = ["update"] }
        path "sys/wrapping/unwrap" { capabilities = ["update"] }
        """;

    /// <summary>Gets what policies allow on a path: the most exact rule of each counts, and they add up.</summary>
    public static string[] Capabilities(IEnumerable<string> policies, string path)
    {
        var rules = policies.SelectMany(Parse).Where(rule => Matches(rule.Path, path)).ToArray();
        var best = rules.OrderByDescending(static rule => Rank(rule.Path)).FirstOrDefault().Path;
        return [.. rules.Where(rule => rule.Path == best).SelectMany(static rule => rule.Capabilities).Distinct().Order(StringComparer.Ordinal)];
    }

    public static bool Allows(IEnumerable<string> policies, string path, FakeVaultRequest request)
    {
        var capabilities = Capabilities(policies, path);
        return !capabilities.Contains("deny") && (request switch
        {
            { IsList: true } => capabilities.Contains("list"),
            { IsWrite: true } => capabilities.Contains("update") || capabilities.Contains("create"),
            { Method: "DELETE" } => capabilities.Contains("delete"),
            _ => capabilities.Contains("read"),
        });
    }

    private static IEnumerable<(string Path, string[] Capabilities)> Parse(string policy) =>
        Rule().Matches(policy).Select(static match => (
            match.Groups["path"].Value,
            match.Groups["what"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static one => one.Trim('"')).ToArray()));

    private static bool Matches(string rule, string path)
    {
        var pattern = "^" + Regex.Escape(rule).Replace("\\+", "[^/]+", StringComparison.Ordinal).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
        return Regex.IsMatch(path, pattern);
    }

    private static int Rank(string rule) => (rule.EndsWith('*') ? 0 : 100_000) + rule.Length;

    [GeneratedRegex("""path\s+"(?<path>[^"]+)"\s*\{\s*capabilities\s*=\s*\[(?<what>[^\]]*)\]""")]
    private static partial Regex Rule();
}
