using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>Finds routes that can never be used because an earlier one takes all their names.</summary>
internal static class RouteOrderCheck
{
    // Stand-ins for what a parameter or wildcard takes. Those of one line share no character, so that no literal text
    // of an earlier pattern is in all of them; a wildcard's also hold what no parameter takes. How long a parameter may
    // be is left aside: '{x}' before '{x}-ca' is a mistake, though some names are too long for the one only.
    private const int MaxSamples = 4096;

    private static readonly string[] Segments = ["zq7x", "8~w", "v"];
    private static readonly string[] Wild = ["", "zq7x", "8~w", "+\u00e9"];
    private static readonly string[] Paths = ["", "zq7x", "8~w/+\u00e9", "/", "9//vk", "+\u00e9"];

    public static IEnumerable<string> Check(ImmutableArray<CompiledRoute> routes)
    {
        var literals = new Dictionary<string, Place>(StringComparer.Ordinal);
        var patterns = new List<Place>();

        // Trust names stand just before their own route, as in the table.
        foreach (var place in routes.SelectMany(static route => new[] { new Place(route, IsTrust: true), new Place(route, IsTrust: false) }))
        {
            if (place.Pattern is not { } pattern)
            {
                continue;
            }

            var hiding = pattern.IsLiteral && literals.TryGetValue(pattern.Text, out var same)
                ? same
                : patterns.Find(earlier => Hides(earlier.Pattern!, pattern));
            if (hiding is not null)
            {
                yield return Describe(hiding, place);
            }
            else if (pattern.IsLiteral)
            {
                literals.Add(pattern.Text, place);
            }
            else
            {
                patterns.Add(place);
            }
        }
    }

    /// <summary>Tells whether one pattern takes every name that another takes.</summary>
    public static bool Hides(NamePattern earlier, NamePattern later)
    {
        var taken = Samples(later).Where(name => later.TryMatch(name, out _)).ToArray();
        return taken.Length > 0 && Array.TrueForAll(taken, name => earlier.TryMatch(name, out _));
    }

    private static IEnumerable<string> Samples(NamePattern pattern)
    {
        var choices = PatternToken.Split(pattern.Text).ConvertAll(static token => token.Sort switch
        {
            PatternTokenSort.Parameter => Segments,
            PatternTokenSort.Segment => Wild,
            PatternTokenSort.Everything => Paths,
            _ => [token.Text],
        });

        // Every choice of every token, or each choice of all tokens at once if that were too many.
        if (choices.Aggregate(1.0, static (count, texts) => count * texts.Length) > MaxSamples)
        {
            return Enumerable.Range(0, Paths.Length).Select(index => string.Concat(choices.Select(texts => texts[index % texts.Length])));
        }

        IEnumerable<string> samples = [string.Empty];
        return choices.Aggregate(samples, static (sofar, texts) => sofar.SelectMany(sample => texts.Select(text => sample + text)));
    }

    private static string Describe(Place earlier, Place later)
    {
        var (first, second) = (earlier.Route.Route, later.Route.Route);
        var taker = earlier.IsTrust ? $"the trust '{first.Trust}' of route '{first.Pattern}'" : $"route '{first.Pattern}'";
        if (later.IsTrust)
        {
            return $"Route '{second.Pattern}': trust: the name '{second.Trust}' is already taken by {taker}; choose another name.";
        }

        return first.Pattern == second.Pattern && !earlier.IsTrust
            ? $"Route '{second.Pattern}': it is written twice; remove one."
            : $"Route '{second.Pattern}': it can never match, since {taker} before it takes all its names; move it up or remove it.";
    }

    private sealed record Place(CompiledRoute Route, bool IsTrust)
    {
        public NamePattern? Pattern => IsTrust ? Route.TrustPattern : Route.Pattern;
    }
}
