using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SecretProviders.Testing;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.AspNetCore.Tests;

/// <summary>A real Kestrel with the SDS endpoints on a Unix socket and on loopback TCP, over a provider that the test sets.</summary>
internal sealed class SdsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private SdsServer(Action<SecretDiscoveryOptions>? configure, Action<WebApplication>? map, Action<KestrelServerOptions>? kestrel, FakeSecretProvider provider, string? socketPath)
    {
        _folder = socketPath is null ? Directory.CreateTempSubdirectory("sds-") : Directory.CreateDirectory(Path.GetDirectoryName(socketPath)!);
        Provider = provider;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.UseSecretDiscoveryLimits();
            options.ListenSecretDiscovery(SocketPath);
            options.ListenSecretDiscovery(new IPEndPoint(IPAddress.Loopback, 0));
            kestrel?.Invoke(options);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<ISecretProvider>(Provider);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Information).AddProvider(Logs));
        _app = builder.Build();
        _app.MapSecretDiscovery(configure);
        map?.Invoke(_app);
    }

    public FakeSecretProvider Provider { get; }

    public ManualTimeProvider Time { get; } = new();

    public LogCollector Logs { get; } = new();

    public string SocketPath => Path.Combine(_folder.FullName, "sds.sock");

    public string UnixAddress => $"unix:{SocketPath}";

    public string TcpAddress => Address("http://127");

    public string TlsAddress => Address("https://127");

    public static async Task<SdsServer> StartAsync(
        Action<SecretDiscoveryOptions>? configure = null,
        Action<WebApplication>? map = null,
        Action<KestrelServerOptions>? kestrel = null,
        FakeSecretProvider? provider = null,
        string? socketPath = null)
    {
        var server = new SdsServer(configure, map, kestrel, provider ?? new FakeSecretProvider(), socketPath);
        try
        {
            await server._app.StartAsync();
            return server;
        }
        catch
        {
            await server._app.DisposeAsync();
            throw;
        }
    }

    public GrpcChannel Connect(GrpcChannelOptions? options = null) => new(UnixAddress, options);

    public Task StopAsync() => _app.StopAsync();

    /// <summary>Stops, aborting after a while what has not ended.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        using var impatient = new CancellationTokenSource(patience);
        await _app.StopAsync(impatient.Token);
    }

    private string Address(string prefix) =>
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(address => address.StartsWith(prefix, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Provider.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
