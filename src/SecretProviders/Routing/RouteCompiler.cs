using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>Reads routes, collecting every mistake of every route.</summary>
internal static class RouteCompiler
{
    /// <summary>Makes a table of routes.</summary>
    /// <exception cref="SecretConfigurationException">A route cannot be used; all mistakes are listed.</exception>
    public static RouteTable Compile(IEnumerable<SecretRoute> routes, IReadOnlyDictionary<string, ISecretSource> sources, long revision)
    {
        var errors = new List<string>();
        var compiled = ImmutableArray.CreateBuilder<CompiledRoute>();
        foreach (var route in routes)
        {
            var before = errors.Count;
            errors.AddRange(RoutePolicyCheck.Check(route, sources));
            if (Compile(route, sources, errors) is { } one && errors.Count == before)
            {
                compiled.Add(one);
            }
        }

        errors.AddRange(RouteOrderCheck.Check(compiled.ToImmutable()));
        var table = new RouteTable(compiled.ToImmutable(), revision);
        errors.AddRange(compiled.Where(route => DependsOnItsLike(route, table)).Select(static route =>
            $"Route '{route.Route.Pattern}': gates.chainToTrust: '{route.Route.Gates.ChainToTrust}' is taken by a route that has the gate itself, so the trust would need trust in turn; give it a route of its own."));
        errors.AddRange(MintingCheck.Check(compiled));
        if (errors.Count == 0)
        {
            errors.AddRange(compiled.SelectMany(route => TrustWithoutRoute(route, table)));
            errors.AddRange(CredentialCheck.Check(table, sources));
        }

        return errors.Count == 0 ? table : throw new SecretConfigurationException(errors);
    }

    // One name could otherwise make the provider watch a chain of names without end. Trust that names itself ends there.
    private static bool DependsOnItsLike(CompiledRoute route, RouteTable table)
    {
        var sample = route.Pattern.Parameters.ToImmutableSortedDictionary(static name => name, static _ => MintingCheck.Sample, StringComparer.Ordinal);
        return route.ChainToTrust?.Render(sample) is { } trust
            && table.Match(trust) is { Compiled.ChainToTrust: not null } match
            && match.ChainToTrust != trust;
    }

    // A slip of the pen would otherwise hold no leaf back, or let none pass. Names with parameters are known only when asked for.
    private static IEnumerable<string> TrustWithoutRoute(CompiledRoute route, RouteTable table) =>
        from named in route.ChainsTo.Select(static name => (Field: "chainsTo", Name: name)).Append((Field: "gates.chainToTrust", Name: route.ChainToTrust!))
        where named.Name?.Parameters.Any() == false && table.Match(named.Name.Render(NameTemplate.NoParameters)) is null
        select $"Route '{route.Route.Pattern}': {named.Field}: no route takes '{named.Name.Render(NameTemplate.NoParameters)}'; add one, or correct the name.";

    private static CompiledRoute? Compile(SecretRoute route, IReadOnlyDictionary<string, ISecretSource> sources, List<string> errors)
    {
        var read = new TemplateReader(route.Pattern, errors);
        if (read.Pattern("name", route.Pattern) is not { } pattern)
        {
            return null;
        }

        var trust = route.Trust is null ? null : TrustPattern(route.Trust, pattern, read);
        var references = route.References.IsDefault ? [] : route.References;
        return new CompiledRoute(route, pattern, [.. references.Select(reference => Compile(reference, sources, pattern, read))])
        {
            TrustPattern = trust,
            TrustName = trust is null ? null : NameTemplate.Parse(trust.Text),
            LeafName = pattern.HasWildcards ? null : NameTemplate.Parse(pattern.Text),
            ChainsTo = [.. route.ChainsTo.Select(name => read.Template("chainsTo", name, pattern)).OfType<NameTemplate>()],
            ChainToTrust = read.Template("gates.chainToTrust", route.Gates.ChainToTrust, pattern),
        };
    }

    private static CompiledReference Compile(
        RouteReference reference, IReadOnlyDictionary<string, ISecretSource> sources, NamePattern pattern, TemplateReader read) =>
        new(
            reference.Source,
            sources.GetValueOrDefault(reference.Source)!,
            read.Template("key", reference.Key, pattern),
            read.Template("property", reference.Property, pattern),
            read.Template("version", reference.Version, pattern),
            [.. reference.Parameters.Select(pair => KeyValuePair.Create(pair.Key, read.Template($"parameters.{pair.Key}", pair.Value, pattern)!))]);

    private static NamePattern? TrustPattern(string trust, NamePattern leaf, TemplateReader read)
    {
        var pattern = read.Pattern("trust", trust);
        if (pattern is not null && (leaf.HasWildcards || pattern.HasWildcards || !leaf.Parameters.ToHashSet().SetEquals(pattern.Parameters)))
        {
            read.Fail("trust", $"'{trust}' must use exactly the parameters of the route's name, and neither may hold '*', so that the leaf can be told from the trust's name.");
        }

        return pattern;
    }

    /// <summary>Reads the texts of one route.</summary>
    private sealed class TemplateReader(string route, List<string> errors)
    {
        public void Fail(string field, string error) => errors.Add($"Route '{route}': {field}: {error}");

        public NamePattern? Pattern(string field, string text)
        {
            try
            {
                return NamePattern.Parse(text);
            }
            catch (FormatException exception)
            {
                Fail(field, exception.Message);
                return null;
            }
        }

        private static string Remedy(NamePattern pattern) => pattern.Parameters.IsEmpty
            ? "the name has none, so write plain text."
            : $"use one of: {string.Join(", ", pattern.Parameters.Select(static parameter => $"{{{parameter}}}"))}.";

        public NameTemplate? Template(string field, string? text, NamePattern pattern)
        {
            if (text is null)
            {
                return null;
            }

            try
            {
                var template = NameTemplate.Parse(text);
                foreach (var unknown in template.Parameters.Except(pattern.Parameters))
                {
                    Fail(field, $"'{{{unknown}}}' is not a parameter of the route's name; {Remedy(pattern)}");
                }

                return template;
            }
            catch (FormatException exception)
            {
                Fail(field, exception.Message);
                return null;
            }
        }
    }
}
