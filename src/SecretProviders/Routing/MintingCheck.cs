using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>Finds routes by which clients could have the store create secrets without end. Pure.</summary>
internal static class MintingCheck
{
    /// <summary>Stands for whatever a client may write.</summary>
    public const string Sample = "zq7~x";

    /// <summary>Lists the routes that take many names, mint for each, and set no limit.</summary>
    public static IEnumerable<string> Check(IEnumerable<CompiledRoute> routes) =>
        from route in routes
        where !route.Pattern.IsLiteral && route.Route.MaxNames is null
        from source in Minting(route).Take(1)
        select $"Route '{route.Route.Pattern}': source '{source}' creates a secret for every name that a client asks for; set maxNames.";

    private static IEnumerable<string> Minting(CompiledRoute route)
    {
        var captures = route.Pattern.Parameters.ToImmutableSortedDictionary(static name => name, static _ => Sample, StringComparer.Ordinal);
        return route.References
            .Where(reference => reference.Source is IMintingSecretSource source && source.Mints(reference.Render(Sample, route.Kind, captures).Reference))
            .Select(static reference => reference.SourceName);
    }
}
