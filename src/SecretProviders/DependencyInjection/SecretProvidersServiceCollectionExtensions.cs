using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using SecretProviders;
using SecretProviders.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers an <see cref="AggregateProvider"/>.</summary>
public static class SecretProvidersServiceCollectionExtensions
{
    /// <summary>
    /// Adds one provider, as <see cref="ISecretProvider"/>, <see cref="ISecretProviderControl"/> and
    /// <see cref="AggregateProvider"/>. It is made when the host starts, so that mistakes stop the start.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Adds the sources and routes.</param>
    public static IServiceCollection AddSecretProviders(this IServiceCollection services, Action<ISecretProvidersBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        var builder = new SecretProvidersBuilder(services);
        configure(builder);
        services.AddSingleton(builder.Build);
        services.AddSingleton<ISecretProvider>(static provider => provider.GetRequiredService<AggregateProvider>());
        services.AddSingleton<ISecretProviderControl>(static provider => provider.GetRequiredService<AggregateProvider>());
        services.AddSingleton<IHostedService, SecretProvidersHostedService>();
        return services;
    }
}
