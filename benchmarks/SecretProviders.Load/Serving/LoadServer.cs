using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SecretProviders.InMemory;

namespace SecretProviders.Load.Serving;

/// <summary>The server under load: the real aggregate behind the real endpoints, on one Unix socket.</summary>
internal static class LoadServer
{
    private const string Source = "memory";
    private const int ManyNames = 1_000_000;

    /// <summary>Serves until cancelled. The control socket opens last, so whoever can connect to it finds a warm server.</summary>
    /// <param name="unix">The path of the socket that serves SDS.</param>
    /// <param name="control">The path of the control socket.</param>
    /// <param name="count">How many secrets there are.</param>
    /// <param name="size">The size of each in bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(string unix, string control, int count, int size, CancellationToken cancellationToken)
    {
        var source = new InMemorySecretSource(Source);
        var secrets = new MarkedSecrets(source, size);
        secrets.Add(count);

        await using var application = Build(unix, source);
        await application.StartAsync(cancellationToken);
        await WarmUp.RunAsync(unix, secrets, cancellationToken);

        await ControlServer.RunAsync(control, new ControlCommands(secrets), cancellationToken);
        await application.StopAsync(CancellationToken.None);
    }

    private static WebApplication Build(string unix, InMemorySecretSource source)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.SetMinimumLevel(LogLevel.Error).AddFilter("Microsoft.AspNetCore.Hosting", LogLevel.None).AddSimpleConsole();
        builder.Services.AddSecretProviders(providers => providers.AddInMemory(Source, source).Route("**", Source));
        builder.Services.Configure<AggregateProviderOptions>(static options =>
        {
            options.NamesPerConsumer = ManyNames;
            options.IdleNames = ManyNames;
        });
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.UseSecretDiscoveryLimits().ListenSecretDiscovery(unix));
        var application = builder.Build();
        application.UseRouting();
        application.MapSecretDiscovery(static options => options.MaxNamesPerStream = ManyNames);
        return application;
    }
}
