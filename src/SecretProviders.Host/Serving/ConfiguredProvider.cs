using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders.Host.Admin;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Serving;

/// <summary>Builds the provider that a configuration describes.</summary>
internal static class ConfiguredProvider
{
    /// <summary>Registers the provider with an application.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="configuration">What to build.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="mint">Whether references are read whose reading creates a secret.</param>
    public static void Register(IHostApplicationBuilder builder, HostConfiguration configuration, ConsoleLoggerProvider logger, TimeProvider time, bool mint = true)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(logger);
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, OwnedLifetime>());
        builder.Services.AddSingleton(time);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = configuration.Server.Drain);
        builder.Services.Configure<AggregateProviderOptions>(options => Apply(configuration, options));
        builder.Services.AddSecretProviders(provider =>
        {
            var sources = mint ? provider : new UnmintedBuilder(provider);
            foreach (var source in configuration.Sources)
            {
                source.Add(sources);
            }

            foreach (var route in configuration.Routes)
            {
                provider.Route(route.Route);
            }
        });
    }

    /// <summary>Starts a provider in this process and opens it for reading.</summary>
    /// <param name="configuration">What to build.</param>
    /// <param name="environment">Where to log, and the clock.</param>
    /// <param name="mint">Whether references are read whose reading creates a secret.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="SecretConfigurationException">The provider cannot be built.</exception>
    public static Task<ProviderReader> OpenReaderAsync(HostConfiguration configuration, CommandEnvironment environment, bool mint, CancellationToken cancellationToken) =>
        WithPlacesAsync(configuration, async () =>
        {
            var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            Register(builder, configuration, new ConsoleLoggerProvider(new ServeConsole(environment)), environment.Time, mint);
            var host = builder.Build();
            try
            {
                JudgeSources(host.Services);
                await host.StartAsync(cancellationToken);
            }
            catch
            {
                await ((IAsyncDisposable)host).DisposeAsync();
                throw;
            }

            return new ProviderReader(
                host.Services.GetRequiredService<ISecretProvider>(),
                host.Services.GetRequiredService<ISecretProviderControl>(),
                () => configuration.StaticNames,
                environment.Time,
                owner: (IAsyncDisposable)host);
        });

    /// <summary>Starts something with the provider in it, giving the mistakes that only the provider sees the places of the file.</summary>
    /// <exception cref="SecretConfigurationException">The provider cannot be built.</exception>
    public static async Task<T> WithPlacesAsync<T>(HostConfiguration configuration, Func<Task<T>> start)
    {
        try
        {
            return await start();
        }
        catch (SecretConfigurationException exception)
        {
            throw ConfigurationPlaces.Of(exception.Errors, configuration);
        }
        catch (OptionsValidationException exception)
        {
            throw ConfigurationPlaces.OfSources([exception], configuration);
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(static inner => inner is OptionsValidationException))
        {
            throw ConfigurationPlaces.OfSources(exception.InnerExceptions.Cast<OptionsValidationException>(), configuration);
        }
    }

    /// <summary>Judges the settings of all sources, before the first is made: its mistakes would hide those of the others.</summary>
    /// <exception cref="AggregateException">Several are mistaken; of one its <see cref="OptionsValidationException"/> is thrown.</exception>
    public static void JudgeSources(IServiceProvider services) => services.GetService<IStartupValidator>()?.Validate();

    private static void Apply(HostConfiguration configuration, AggregateProviderOptions options)
    {
        var demand = configuration.Demand;
        options.Linger = demand.Linger ?? options.Linger;
        options.IdleNames = demand.IdleNames ?? options.IdleNames;
        options.NegativeCache = demand.NegativeCache ?? options.NegativeCache;
        options.NamesPerConsumer = demand.NamesPerConsumer ?? options.NamesPerConsumer;
        options.VersionKey = configuration.Server.VersionKey;
    }
}
