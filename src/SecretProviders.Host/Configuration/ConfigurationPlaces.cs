using Microsoft.Extensions.Options;

namespace SecretProviders.Host.Configuration;

/// <summary>Gives mistakes that only the provider sees the places at which they were written.</summary>
internal static class ConfigurationPlaces
{
    /// <summary>Prefixes each mistake with the place of the route or the source that it begins with; others stay as they are.</summary>
    public static SecretConfigurationException Of(IEnumerable<string> errors, HostConfiguration configuration) =>
        new(errors.Select(error => WithPlace(error, configuration)).ToArray());

    /// <summary>Prefixes each mistake of a source's settings with the place of the source.</summary>
    public static SecretConfigurationException OfSources(IEnumerable<OptionsValidationException> exceptions, HostConfiguration configuration) =>
        new(exceptions.SelectMany(exception => exception.Failures.Select(failure =>
            configuration.Sources.FirstOrDefault(source => source.Name == exception.OptionsName) is { } source
                ? WithPlace(source, failure) ?? $"{source.Place.Text}: sources.{source.Name}: {failure}"
                : failure)).ToArray());

    // Of two routes with one pattern the later is the mistaken one.
    private static string WithPlace(string error, HostConfiguration configuration) =>
        configuration.Routes.Reverse().Select(route => WithPlace(error, $"Route '{route.Route.Pattern}': ", route.Place, route.Field))
            .Concat(configuration.Sources.Select(source => WithPlace(source, error)))
            .FirstOrDefault(static placed => placed is not null) ?? error;

    private static string? WithPlace(SourceConfiguration source, string error) =>
        WithPlace(error, $"Source '{source.Name}': ", source.Place, $"sources.{source.Name}");

    private static string? WithPlace(string error, string opening, Place place, string field) =>
        error.StartsWith(opening, StringComparison.Ordinal) ? $"{place.Text}: {field}: {error[opening.Length..]}" : null;
}
