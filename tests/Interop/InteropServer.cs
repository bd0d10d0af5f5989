using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SecretProviders.Testing;

namespace SecretProviders.Interop.Tests;

/// <summary>A server as a host embeds it, on a Unix socket and on loopback TCP, with the system's clock.</summary>
internal sealed class InteropServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-interop-");
    private readonly WebApplication _app;

    private InteropServer(Action<ListenOptions>? tcp)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options
            .UseSecretDiscoveryLimits()
            .ListenSecretDiscovery(SocketPath)
            .ListenSecretDiscovery(new IPEndPoint(IPAddress.Loopback, 0), tcp));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.AddProvider(Logs));
        builder.Services.AddSingleton<ISecretProvider>(Provider);
        _app = builder.Build();
        _app.MapSecretDiscovery();
    }

    public FakeSecretProvider Provider { get; } = new();

    public LogCollector Logs { get; } = new();

    public string Folder => _folder.FullName;

    private string SocketPath => Path.Combine(_folder.FullName, "sds.sock");

    /// <summary>Starts a server.</summary>
    /// <param name="tcp">Changes its TCP listener, or null.</param>
    public static async Task<InteropServer> StartAsync(Action<ListenOptions>? tcp = null)
    {
        var server = new InteropServer(tcp);
        await server._app.StartAsync();
        return server;
    }

    public static GenericSecret Generic(string text) => new(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(text)));

    /// <summary>Gets the address as gRPC's own libraries write it.</summary>
    public string Address(Transport transport) => transport == Transport.UnixSocket
        ? $"unix:{SocketPath}"
        : _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .First(static address => address.Contains("://127", StringComparison.Ordinal)).Split("://")[1];

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Provider.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
