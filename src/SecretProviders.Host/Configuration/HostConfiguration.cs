using System.Collections.Immutable;

namespace SecretProviders.Host.Configuration;

/// <summary>The whole configuration, judged and typed.</summary>
/// <param name="Server">Where and how to serve.</param>
/// <param name="Sources">The sources, in the file's order.</param>
/// <param name="Routes">The routes, in order.</param>
/// <param name="Demand">How long and how many names are watched.</param>
internal sealed record HostConfiguration(
    ServerConfiguration Server,
    ImmutableArray<SourceConfiguration> Sources,
    ImmutableArray<RouteConfiguration> Routes,
    DemandConfiguration Demand)
{
    private static readonly string[] Reloadable = ["secrets", "defaults"];

    /// <summary>Gets what the file and the overrides said, to compare with the next version of it.</summary>
    public required ConfigurationNode.Map Document { get; init; }

    /// <summary>Gets the names that routes give in full, without a pattern, trust included: those a ready server must have.</summary>
    public ImmutableArray<string> StaticNames => NamesOf(Routes);

    /// <summary>Gets the names that some routes give in full, trust included.</summary>
    public static ImmutableArray<string> NamesOf(ImmutableArray<RouteConfiguration> routes) =>
        [.. routes.Where(static route => route.IsStatic).SelectMany(static route => new[] { route.Route.Pattern, route.Route.Trust }).OfType<string>()];

    /// <summary>Tells which sections differ from another version and cannot change while running.</summary>
    public IEnumerable<string> SectionsThatNeedRestart(HostConfiguration next) =>
        Document.Entries.Concat(next.Document.Entries)
            .Select(static entry => entry.Name)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(name => !Reloadable.Contains(name, StringComparer.OrdinalIgnoreCase))
            .Where(name => !ConfigurationNode.ContentEquals(Document.Find(name)?.Value, next.Document.Find(name)?.Value));
}
