using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SecretProviders.Host.Configuration;
using SecretProviders.Host.Serving;

namespace SecretProviders.Host.Admin;

/// <summary>The admin listener: a small web server of its own, so that probes are answered until the very end.</summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private AdminServer(WebApplication application) => _application = application;

    /// <summary>Gets the address that it listens at; tells the port that was taken for port 0.</summary>
    public string Address => Listening.Addresses(_application)[0];

    /// <summary>Starts listening.</summary>
    /// <param name="listener">Where.</param>
    /// <param name="reader">Answers.</param>
    /// <param name="readiness">Judges readiness.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="SecretConfigurationException">The listener cannot be opened.</exception>
    public static async Task<AdminServer> StartAsync(ListenerConfiguration listener, ISecretReader reader, Readiness readiness, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = AdminProtocol.MaxQuestion;
            kestrel.Limits.MaxRequestBufferSize = 2 * AdminProtocol.MaxQuestion;
            kestrel.Listen(listener, HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var application = builder.Build();
        var endpoints = new AdminEndpoints(reader, readiness, listener is ListenerConfiguration.UnixSocket, application.Lifetime.ApplicationStopping);
        application.Use(async (context, next) =>
        {
            context.Response.Headers.Server = AdminProtocol.Server;
            await endpoints.RefuseForeignHosts(context, next);
        });
        application.UseRouting();
        endpoints.MapProbes(application);
        if (listener is not ListenerConfiguration.Tcp { IsLoopback: false })
        {
            endpoints.MapQuestions(application);
        }

        try
        {
            await Listening.StartAsync(application, [listener], cancellationToken);
            return new AdminServer(application);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
