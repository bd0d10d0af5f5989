using Microsoft.Extensions.DependencyInjection;

namespace SecretProviders.Host.Serving;

/// <summary>Adds each source so that nothing is created by looking.</summary>
internal sealed class UnmintedBuilder(ISecretProvidersBuilder inner) : ISecretProvidersBuilder
{
    public IServiceCollection Services => inner.Services;

    public ISecretProvidersBuilder AddSource(string name, Func<IServiceProvider, ISecretSource> create)
    {
        inner.AddSource(name, services => create(services) is var source && source is IMintingSecretSource minting ? new UnmintedSource(minting) : source);
        return this;
    }

    public ISecretProvidersBuilder Route(SecretRoute route)
    {
        inner.Route(route);
        return this;
    }
}
