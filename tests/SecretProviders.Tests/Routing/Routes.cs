using SecretProviders.Routing;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Routing;

/// <summary>Routes over two sources that nobody asks anything.</summary>
internal static class Routes
{
    public static readonly IReadOnlyDictionary<string, ISecretSource> Known = new Dictionary<string, ISecretSource>(StringComparer.Ordinal)
    {
        ["files"] = new ScriptedSecretSource("files"),
        ["vault"] = new ScriptedSecretSource("vault"),
    };

    public static SecretRoute To(string pattern, string? key = null, string source = "files") =>
        new(pattern, [new RouteReference(source) { Key = key }]);

    public static RouteTable Table(params SecretRoute[] routes) => RouteCompiler.Compile(routes, Known, revision: 1);

    public static RouteTable Table(params string[] patterns) => Table([.. patterns.Select(static pattern => To(pattern))]);

    /// <summary>The pattern of the route that takes a name, or null.</summary>
    public static string? Taker(this RouteTable table, string name) => table.Match(name)?.Route.Pattern;

    public static string[] Errors(params SecretRoute[] routes) =>
        [.. Assert.Throws<SecretConfigurationException>(() => Table(routes)).Errors];

    public static string Error(params SecretRoute[] routes) => Assert.Single(Errors(routes));
}
