using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders.Host.Admin;
using SecretProviders.Host.Configuration;

namespace SecretProviders.Host.Serving;

/// <summary>The running server: the provider with SDS before it, the admin listener, and the reload of routes.</summary>
internal sealed class SecretServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ServeConsole _console;
    private readonly PublishedEvents _events;
    private readonly CancellationTokenSource _stopping = new();
    private StandingDemand? _demand;
    private Readiness? _readiness;
    private AdminServer? _admin;
    private Task _reloading = Task.CompletedTask;
    private Task _showing = Task.CompletedTask;

    private SecretServer(WebApplication application, ServeConsole console, PublishedEvents events)
    {
        _application = application;
        _console = console;
        _events = events;
        Provider = application.Services.GetRequiredService<ISecretProvider>();
        Control = application.Services.GetRequiredService<ISecretProviderControl>();
    }

    public ISecretProvider Provider { get; }

    public ISecretProviderControl Control { get; }

    /// <summary>Gets the reloader, on which SIGHUP acts.</summary>
    public ConfigurationReloader? Reloader { get; private set; }

    /// <summary>Gets the address of the admin listener, or null when there is none.</summary>
    public string? AdminAddress => _admin?.Address;

    /// <summary>Gets the addresses at which SDS is served.</summary>
    public ImmutableArray<string> Addresses => Listening.Addresses(_application);

    /// <summary>Starts everything; when a part fails, what was started is stopped.</summary>
    /// <exception cref="SecretConfigurationException">The configuration cannot be used here.</exception>
    public static async Task<SecretServer> StartAsync(
        ConfigurationLoader loader, string text, HostConfiguration configuration, CommandEnvironment environment, ServeConsole console, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var events = new PublishedEvents();
        ConfiguredProvider.Register(builder, configuration, new ConsoleLoggerProvider(console, events.Add), environment.Time);

        // With its log, the hosting layer makes an activity for each request, which lives as long as the stream.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.None);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.UseSecretDiscoveryLimits();
            foreach (var listener in configuration.Server.Listeners)
            {
                kestrel.Listen(listener, HttpProtocols.Http2);
            }
        });
        return await ConfiguredProvider.WithPlacesAsync(configuration, async () =>
        {
            var application = builder.Build();
            SecretServer? server = null;
            try
            {
                ConfiguredProvider.JudgeSources(application.Services);
                server = new SecretServer(application, console, events);
                application.UseRouting();
                application.MapSecretDiscovery(options => options.WildcardNames = configuration.Server.IsWildcard ? () => server.StaticNames : null);
                application.MapSecretDiscoveryHealth(() => server._readiness?.Obstacles().IsEmpty == true);
                await Listening.StartAsync(application, configuration.Server.Listeners, cancellationToken);
                await server.StartPartsAsync(loader, text, configuration, environment.Time, cancellationToken);
                return server;
            }
            catch
            {
                await (server?.DisposeAsync() ?? application.DisposeAsync());
                throw;
            }
        });
    }

    /// <summary>Says that no new clients are wanted, and ends the open streams within the configured time.</summary>
    public async Task DrainAsync()
    {
        _readiness?.Drain();

        // What the provider forgets when it ends is no event of a secret.
        _events.Complete();
        await _application.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reloading;
        if (_admin is not null)
        {
            await _admin.DisposeAsync();
        }

        if (_demand is not null)
        {
            await _demand.DisposeAsync();
        }

        await _application.DisposeAsync();
        _events.Complete();
        await _showing;
        _stopping.Dispose();
    }

    private async Task StartPartsAsync(ConfigurationLoader loader, string text, HostConfiguration configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        _readiness = new Readiness(Provider, configuration.StaticNames);
        if (configuration.Server.Admin is { } admin)
        {
            var reader = new ProviderReader(Provider, Control, () => _readiness.Names, time, OwnConsumers);
            _admin = await AdminServer.StartAsync(admin, reader, _readiness, cancellationToken);
        }

        var portion = _application.Services.GetRequiredService<IOptions<AggregateProviderOptions>>().Value.NamesPerConsumer;
        _demand = new StandingDemand(Provider, configuration.StaticNames, portion);
        _showing = _events.ShowAsync(Provider, CountClients, _console);
        Reloader = new ConfigurationReloader(loader, text, configuration, Control, _console, ReplaceNamesAsync, time);
        _reloading = loader.File is null ? Task.CompletedTask : Reloader.RunAsync(_stopping.Token);
    }

    // Read at each wildcard request, so that a reload counts for the streams that begin after it.
    private ImmutableArray<string> StaticNames => _readiness?.Names ?? [];

    private int OwnConsumers(string name) => _demand?.Holds(name) == true ? 1 : 0;

    private int CountClients(string name) => Math.Max(0, Control.Explain(name).Consumers - OwnConsumers(name));

    private Task ReplaceNamesAsync(HostConfiguration next)
    {
        _readiness?.Replace(next.StaticNames);
        return _demand?.ReplaceAsync(next.StaticNames) ?? Task.CompletedTask;
    }
}
