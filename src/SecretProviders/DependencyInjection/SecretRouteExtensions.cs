using SecretProviders;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Short forms for common routes.</summary>
public static class SecretRouteExtensions
{
    /// <summary>Adds a route that takes the first sound secret of some sources, under the name itself.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="pattern">The names it takes.</param>
    /// <param name="sources">The sources, the most preferred first.</param>
    public static ISecretProvidersBuilder Route(this ISecretProvidersBuilder builder, string pattern, params IEnumerable<string> sources)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Route(new SecretRoute(pattern, [.. sources.Select(static source => new RouteReference(source))]));
    }
}
