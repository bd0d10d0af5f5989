using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>Finds routes that can never be used because an earlier one takes all their names.</summary>
internal static class RouteOrderCheck
{
    // Stand-ins for what a parameter or wildcard takes. A pattern that takes all of them takes everything that the
    // stand-in stands for: no operator writes these texts as literals.
    private const int MaxTokens = 9;

    private static readonly string[] Segments = ["zq7~x", "8~w"];
    private static readonly string[] Wild = ["", "zq7~x", "8~w"];
    private static readonly string[] Paths = ["", "zq7~x", "8~w/zq7~x", "8~w//v~9"];

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
    public static bool Hides(NamePattern earlier, NamePattern later) => Samples(later).All(name => earlier.TryMatch(name, out _));

    private static IEnumerable<string> Samples(NamePattern pattern)
    {
        IEnumerable<string> samples = [string.Empty];
        var tokens = PatternToken.Split(pattern.Text);
        foreach (var token in tokens)
        {
            var choices = token.Sort switch
            {
                PatternTokenSort.Parameter => Segments,
                PatternTokenSort.Segment => Wild,
                PatternTokenSort.Everything => Paths,
                _ => [token.Text],
            };

            // Every choice of every token, as long as that stays a small number.
            var taken = tokens.Count > MaxTokens ? choices[^1..] : choices;
            samples = samples.SelectMany(sample => taken.Select(choice => sample + choice)).ToArray();
        }

        return samples;
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
