using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>
/// Finds credentials that no route takes, and sources that would have to answer before they can log in. Pure.
/// </summary>
internal static class CredentialCheck
{
    /// <summary>Lists what is wrong with the sources' own credentials.</summary>
    public static IEnumerable<string> Check(RouteTable table, IReadOnlyDictionary<string, ISecretSource> sources) =>
        from source in sources
        from name in Credentials(source.Value)
        select Problem(source.Key, name, table) into problem
        where problem is not null
        select problem;

    private static string? Problem(string source, string name, RouteTable table)
    {
        if (table.Match(name) is null)
        {
            return $"Source '{source}': its credential, secret '{name}', is taken by no route; add one.";
        }

        return Circle(source, name, table) is { } circle
            ? $"Source '{source}': its credential leads back to itself: {circle}. Take it from a source that does not need it."
            : null;
    }

    // Breadth first, so that the shortest circle is the one shown.
    private static string? Circle(string source, string name, RouteTable table)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { name };
        var waiting = new Queue<(string Name, string Way)>([(name, $"'{source}' needs secret '{name}'")]);
        while (waiting.TryDequeue(out var next))
        {
            var match = Answering(next.Name, table);
            foreach (var reference in match?.References ?? [])
            {
                var way = $"{next.Way}, which '{reference.SourceName}' gives";
                if (reference.SourceName == source)
                {
                    return way;
                }

                foreach (var needed in Credentials(reference.Source).Where(seen.Add))
                {
                    waiting.Enqueue((needed, $"{way}; '{reference.SourceName}' needs secret '{needed}'"));
                }
            }

            if (match?.ChainToTrust is { } trust && seen.Add(trust))
            {
                waiting.Enqueue((trust, $"{next.Way}, whose gate needs secret '{trust}'"));
            }
        }

        return null;
    }

    // Trust that comes with a leaf is read where the leaf is read.
    private static RouteMatch? Answering(string name, RouteTable table)
    {
        var match = table.Match(name);
        return match?.LeafName is { } leaf ? table.Match(leaf) : match;
    }

    private static ImmutableArray<string> Credentials(ISecretSource source) =>
        source is ICredentialedSecretSource { CredentialSecrets: { IsDefault: false } names } ? names : [];
}
