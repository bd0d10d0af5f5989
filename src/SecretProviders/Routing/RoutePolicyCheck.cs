namespace SecretProviders.Routing;

/// <summary>Judges one route's settings by themselves.</summary>
internal static class RoutePolicyCheck
{
    public static IEnumerable<string> Check(SecretRoute route, IReadOnlyDictionary<string, ISecretSource> sources) =>
        Name(route).Concat(References(route, sources)).Concat(Rule(route)).Concat(Durations(route)).Concat(Gates(route))
            .Select(error => $"Route '{route.Pattern}': {error}");

    private static IEnumerable<string> Name(SecretRoute route)
    {
        if (SecretNameCheck.Check(route.Pattern) is { } problem)
        {
            yield return $"name: {problem.Message} No name that anybody asks for can match it; write another.";
        }
    }

    private static IEnumerable<string> References(SecretRoute route, IReadOnlyDictionary<string, ISecretSource> sources)
    {
        if (route.References.IsDefaultOrEmpty)
        {
            yield return "it names no source; add at least one.";
            yield break;
        }

        foreach (var unknown in route.References.Select(static reference => reference.Source).Where(name => !sources.ContainsKey(name)).Distinct())
        {
            yield return $"there is no source '{unknown}'; known are: {string.Join(", ", sources.Keys.Order(StringComparer.Ordinal))}.";
        }

        foreach (var nested in route.References.Where(reference => sources.GetValueOrDefault(reference.Source) is AggregateProvider inner && inner.LongestFirstAnswer >= route.FirstAnswer))
        {
            yield return $"'{nested.Source}' is an aggregate that may take as long to answer as this route waits ({route.FirstAnswer}); set a shorter firstAnswer inside it.";
        }

        if (route.References.Length != route.References.Distinct().Count())
        {
            yield return "it asks one source twice for the same reference; remove one.";
        }
    }

    private static IEnumerable<string> Rule(SecretRoute route)
    {
        if (route.Rule == SecretRule.Union && route.Kind is not (null or SecretKind.ValidationContext))
        {
            yield return $"only validation contexts can be united, but kind is {route.Kind}; use first-of.";
        }

        if (route.Trust is not null && (route.Rule != SecretRule.FirstOf || route.Kind is not (null or SecretKind.TlsCertificate)))
        {
            yield return "'trust' is published from the winner of a TLS certificate; remove it here.";
        }

        if (route.Trust is not null && route.Trust == route.Pattern)
        {
            yield return "'trust' is the route's own name; give the trust another.";
        }

        if (route.Trust is not null && route.Gates.ChainToTrust == route.Trust)
        {
            yield return "gates.chainToTrust names the trust that comes with the leaf itself; name one that has another source.";
        }

        if (!route.ChainsTo.IsEmpty && (route.Rule != SecretRule.FirstOf || route.Kind is not (null or SecretKind.TlsCertificate)))
        {
            yield return "'chainsTo' holds back TLS certificates only; remove it here.";
        }

        if (route.Kind == SecretKind.SessionTicketKeys && route.References.Length > 1)
        {
            yield return "session ticket keys have one writer; name one source.";
        }
    }

    private static IEnumerable<string> Durations(SecretRoute route)
    {
        (string Name, TimeSpan? Value)[] durations =
        [
            ("retainRemoved", route.RetainRemoved), ("maxStale", route.MaxStale), ("fallThroughAfter", route.FallThroughAfter),
            ("firstAnswer", route.FirstAnswer), ("dwell", route.Dwell), ("groupHold", route.GroupHold),
        ];
        foreach (var (name, value) in durations)
        {
            if (value < TimeSpan.Zero)
            {
                yield return $"{name} must not be negative, but is {value}.";
            }
        }
    }

    private static IEnumerable<string> Gates(SecretRoute route)
    {
        if (route.MaxNames is <= 0)
        {
            yield return $"maxNames must be at least 1, but is {route.MaxNames}.";
        }

        if (route.Gates.MinRsaBits is <= 0)
        {
            yield return $"gates.minRsaBits must be positive, but is {route.Gates.MinRsaBits}.";
        }

        if (route.Gates.MaxBytes is <= 0)
        {
            yield return $"gates.maxBytes must be positive, but is {route.Gates.MaxBytes}.";
        }
    }
}
