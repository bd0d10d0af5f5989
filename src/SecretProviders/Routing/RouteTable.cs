using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>One revision of all routes: ordered, the first match wins. Immutable.</summary>
internal sealed class RouteTable
{
    private readonly ImmutableArray<CompiledRoute> _routes;
    private readonly FrozenDictionary<string, int> _literals;
    private readonly ImmutableArray<int> _patterns;

    public RouteTable(ImmutableArray<CompiledRoute> routes, long revision)
    {
        _routes = routes;
        Revision = revision;

        // Two places a route: its trust names come just before its own names.
        var literals = new Dictionary<string, int>(StringComparer.Ordinal);
        var patterns = ImmutableArray.CreateBuilder<int>();
        for (var place = 0; place < routes.Length * 2; place++)
        {
            if (PatternAt(place) is { IsLiteral: false })
            {
                patterns.Add(place);
            }
            else if (PatternAt(place) is { } literal)
            {
                literals.TryAdd(literal.Text, place);
            }
        }

        _literals = literals.ToFrozenDictionary(StringComparer.Ordinal);
        _patterns = patterns.ToImmutable();
    }

    public long Revision { get; }

    public ImmutableArray<CompiledRoute> Routes => _routes;

    /// <summary>Finds the route that takes a name; null when none does, or the name is hostile.</summary>
    public RouteMatch? Match(string name)
    {
        if (SecretNameCheck.Check(name) is not null)
        {
            return null;
        }

        var place = _literals.TryGetValue(name, out var literal) ? literal : int.MaxValue;
        var captures = NameTemplate.NoParameters;
        foreach (var candidate in _patterns)
        {
            if (candidate > place)
            {
                break;
            }

            if (PatternAt(candidate)!.TryMatch(name, out captures))
            {
                place = candidate;
                break;
            }
        }

        return place == int.MaxValue ? null : Describe(name, place, captures);
    }

    private NamePattern? PatternAt(int place) => place % 2 == 0 ? _routes[place / 2].TrustPattern : _routes[place / 2].Pattern;

    private RouteMatch Describe(string name, int place, ImmutableSortedDictionary<string, string> captures)
    {
        var route = _routes[place / 2];
        if (place % 2 == 0)
        {
            return new RouteMatch(route, []) { LeafName = route.LeafName!.Render(captures) };
        }

        return new RouteMatch(route, [.. route.References.Select(reference => reference.Render(name, route.Kind, captures))])
        {
            TrustName = route.TrustName?.Render(captures),
            ChainsTo = [.. route.ChainsTo.Select(template => template.Render(captures))],
            ChainToTrust = route.ChainToTrust?.Render(captures),
        };
    }
}
