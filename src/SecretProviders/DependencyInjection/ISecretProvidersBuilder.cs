using Microsoft.Extensions.DependencyInjection;

namespace SecretProviders;

/// <summary>Collects sources and routes; each source's package adds its own <c>Add…</c> method.</summary>
public interface ISecretProvidersBuilder
{
    /// <summary>Gets the services that the provider is registered with.</summary>
    IServiceCollection Services { get; }

    /// <summary>Adds a source. It is created with the provider and disposed with it.</summary>
    /// <param name="name">The name by which routes refer to it; unique.</param>
    /// <param name="create">Makes the source.</param>
    ISecretProvidersBuilder AddSource(string name, Func<IServiceProvider, ISecretSource> create);

    /// <summary>Adds a route behind those already added; the first match wins.</summary>
    /// <param name="route">The route.</param>
    ISecretProvidersBuilder Route(SecretRoute route);
}
