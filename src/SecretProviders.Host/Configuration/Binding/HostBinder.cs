using System.Collections.Immutable;
using SecretProviders.Host.Sources;

namespace SecretProviders.Host.Configuration;

/// <summary>Reads the whole document.</summary>
internal static class HostBinder
{
    private const string NotEnforced = "is not enforced by this build, and a rule is never silently ignored; remove the section";

    public static HostConfiguration Bind(ConfigurationNode.Map document, ConfigurationErrors errors) =>
        SectionReader.ReadDocument(document, errors, section =>
        {
            section.RefuseIfPresent("access", NotEnforced);
            section.RefuseIfPresent("audit", NotEnforced);
            section.RefuseIfPresent("decryptors", NotEnforced);
            var server = section.Map("server", ServerBinder.Bind);
            var sources = section.NamedMaps("sources", BindSource);
            var routes = section.Map("defaults", defaults =>
            {
                RouteBinder.BindPolicies(defaults, new SecretRoute(string.Empty, []));
                return section.List("secrets", RouteBinder.Bind, defaults);
            });
            RefuseUnknownSources(document, errors, routes, sources);
            RefuseDoubledPatterns(errors, routes);
            RefuseUnservedNames(errors, server.Listeners, routes);
            return new HostConfiguration(server, [.. sources.OfType<SourceConfiguration>()], routes, section.Map("demand", DemandConfiguration.Bind))
            {
                Document = document,
            };
        });

    private static SourceConfiguration? BindSource(string name, SectionReader section)
    {
        var type = section.RequiredText("type", $"write one of {string.Join(", ", SourceTypes.Built.Keys)}");
        if (type.Length > 0 && SourceTypes.Built.TryGetValue(type, out var bind))
        {
            return new SourceConfiguration(name, section.Place, bind(name, section));
        }

        if (type.Length > 0)
        {
            section.Refuse("type", SourceTypes.NotBuilt.Contains(type)
                ? $"{type} is not contained in this build; it contains {string.Join(", ", SourceTypes.Built.Keys)}"
                : $"{type} is not a type of source; {NameSuggestion.Remedy(type, SourceTypes.Built.Keys)}");
        }

        section.IgnoreRest();
        return null;
    }

    // The provider judges this too; here the mistake still has its line. A source that is itself mistaken counts as known.
    private static void RefuseUnknownSources(
        ConfigurationNode.Map document,
        ConfigurationErrors errors,
        ImmutableArray<RouteConfiguration> routes,
        ImmutableArray<SourceConfiguration?> sources)
    {
        var known = sources.OfType<SourceConfiguration>().Select(static source => source.Name)
            .Concat((document.Find("sources")?.Value as ConfigurationNode.Map)?.Entries.Select(static entry => entry.Name) ?? [])
            .ToHashSet(StringComparer.Ordinal);
        foreach (var route in routes)
        {
            foreach (var reference in route.Route.References.Where(reference => reference.Source.Length > 0 && !known.Contains(reference.Source)))
            {
                errors.Add(route.Place, route.Field, $"source {reference.Source} is not among sources; {NameSuggestion.Remedy(reference.Source, known)}");
            }
        }
    }

    // A pattern may take any name; which, only the provider can tell.
    private static void RefuseUnservedNames(ConfigurationErrors errors, ImmutableArray<ListenerConfiguration> listeners, ImmutableArray<RouteConfiguration> routes)
    {
        if (errors.Any || routes.Any(static route => !route.IsStatic))
        {
            return;
        }

        var served = HostConfiguration.NamesOf(routes).ToHashSet(StringComparer.Ordinal);
        foreach (var listener in listeners.OfType<ListenerConfiguration.Tcp>())
        {
            foreach (var name in new[] { listener.Tls?.Certificate, listener.Tls?.ClientCa }.OfType<string>().Where(name => name.Length > 0 && !served.Contains(name)))
            {
                errors.Add(listener.Place, "server.listeners", $"tls names {name}, which no route takes; {NameSuggestion.Remedy(name, served)}");
            }
        }
    }

    private static void RefuseDoubledPatterns(ConfigurationErrors errors, ImmutableArray<RouteConfiguration> routes)
    {
        var first = new Dictionary<string, RouteConfiguration>(StringComparer.Ordinal);
        foreach (var route in routes.Where(static route => route.Route.Pattern.Length > 0))
        {
            if (!first.TryAdd(route.Route.Pattern, route))
            {
                var other = first[route.Route.Pattern];
                errors.Add(route.Place, $"{route.Field}.name", $"{route.Route.Pattern} is already taken by {other.Field} at {other.Place.Text}; remove or rename one");
            }
        }
    }
}
