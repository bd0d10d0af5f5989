using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SecretProviders.DependencyInjection;

/// <summary>Collects what one provider is made of.</summary>
internal sealed class SecretProvidersBuilder(IServiceCollection services) : ISecretProvidersBuilder
{
    private readonly List<KeyValuePair<string, Func<IServiceProvider, ISecretSource>>> _sources = [];
    private bool _building;

    public IServiceCollection Services { get; } = services;

    public ISecretProvidersBuilder AddSource(string name, Func<IServiceProvider, ISecretSource> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        if (_sources.Exists(source => source.Key == name))
        {
            throw new SecretConfigurationException($"There are two sources named '{name}'; give each its own name.");
        }

        _sources.Add(KeyValuePair.Create(name, create));
        return this;
    }

    public ISecretProvidersBuilder Route(SecretRoute route)
    {
        ArgumentNullException.ThrowIfNull(route);
        Services.Configure<AggregateProviderOptions>(options => options.Routes.Add(route));
        return this;
    }

    /// <summary>Makes the sources and the provider that owns them.</summary>
    public AggregateProvider Build(IServiceProvider services)
    {
        // A source that asks the container for the provider it is part of would be made for ever.
        if (_building)
        {
            throw new SecretConfigurationException("The aggregate is one of its own sources; give the inner one a provider of its own.");
        }

        _building = true;
        try
        {
            var sources = _sources.Select(source => KeyValuePair.Create(source.Key, Create(source.Key, source.Value, services))).ToArray();
            return new AggregateProvider(
                sources,
                services.GetRequiredService<IOptions<AggregateProviderOptions>>().Value,
                services.GetService<TimeProvider>(),
                services.GetService<ILoggerFactory>());
        }
        finally
        {
            _building = false;
        }
    }

    private static ISecretSource Create(string name, Func<IServiceProvider, ISecretSource> create, IServiceProvider services)
    {
        try
        {
            return create(services);
        }
        catch (SecretConfigurationException exception)
        {
            throw new SecretConfigurationException(exception.Errors.Select(error => $"Source '{name}': {error}"));
        }
    }
}
