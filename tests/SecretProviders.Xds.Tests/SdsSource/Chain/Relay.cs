using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SecretProviders.Testing;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>A whole server of ours: sources, the aggregate, and SDS on a Unix socket.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-relay-");
    private readonly Action<ISecretProvidersBuilder> _configure;
    private readonly Action<KestrelServerOptions>? _kestrel;
    private WebApplication? _app;

    private Relay(Action<ISecretProvidersBuilder> configure, Action<KestrelServerOptions>? kestrel)
    {
        _configure = configure;
        _kestrel = kestrel;
    }

    public LogCollector Logs { get; } = new();

    public string Address => $"unix:{SocketPath}";

    public string TlsAddress =>
        _app!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(static address => address.StartsWith("https://", StringComparison.Ordinal));

    public ISecretProvider Provider => _app!.Services.GetRequiredService<ISecretProvider>();

    private string SocketPath => Path.Combine(_folder.FullName, "sds.sock");

    public static async Task<Relay> StartAsync(Action<ISecretProvidersBuilder> configure, Action<KestrelServerOptions>? kestrel = null)
    {
        var relay = new Relay(configure, kestrel);
        await relay.ListenAsync();
        return relay;
    }

    public async Task ListenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.UseSecretDiscoveryLimits().ListenSecretDiscovery(SocketPath);
            _kestrel?.Invoke(options);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.AddProvider(Logs));
        builder.Services.AddSecretProviders(_configure);
        _app = builder.Build();
        _app.MapSecretDiscovery();
        await _app.StartAsync();
    }

    public async Task KillAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Delete(recursive: true);
        Logs.Dispose();
    }
}
