using Microsoft.Extensions.Options;

namespace SecretProviders.Host.Configuration;

/// <summary>Gives mistakes that only the provider sees the places at which they were written.</summary>
internal static class ConfigurationPlaces
{
    private const string Opening = "Route '";

    /// <summary>Prefixes each mistake with the place of the route that it begins with; others stay as they are.</summary>
    public static SecretConfigurationException OfRoutes(IEnumerable<string> errors, HostConfiguration configuration) =>
        new(errors.Select(error => WithPlace(error, configuration)).ToArray());

    /// <summary>Prefixes each mistake of a source's settings with the place of the source.</summary>
    public static SecretConfigurationException OfSources(IEnumerable<OptionsValidationException> exceptions, HostConfiguration configuration) =>
        new(exceptions.SelectMany(exception => exception.Failures.Select(failure =>
            configuration.Sources.FirstOrDefault(source => source.Name == exception.OptionsName) is { } source
                ? $"{source.Place.Text}: sources.{source.Name}: {WithoutName(failure, source.Name)}"
                : failure)).ToArray());

    private static string WithoutName(string failure, string source) =>
        $"Source '{source}': " is var opening && failure.StartsWith(opening, StringComparison.Ordinal) ? failure[opening.Length..] : failure;

    private static string WithPlace(string error, HostConfiguration configuration)
    {
        // "Route 'PATTERN': what is wrong"; of two routes with one pattern the later is the mistaken one.
        var route = configuration.Routes.LastOrDefault(route => error.StartsWith($"{Opening}{route.Route.Pattern}': ", StringComparison.Ordinal));
        return route is null ? error : $"{route.Place.Text}: {route.Field}: {error[(Opening.Length + route.Route.Pattern.Length + "': ".Length)..]}";
    }
}
