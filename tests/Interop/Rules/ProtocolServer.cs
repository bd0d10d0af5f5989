using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SecretProviders.AspNetCore;
using SecretProviders.Testing;
using SecretProviders.Xds;

namespace SecretProviders.Interop.Tests;

/// <summary>
/// The whole server as a host embeds it: the aggregate over a source that the test scripts, the SDS endpoints, a Unix
/// socket and a TCP listener whose certificate and client CA are names of this same server. The test moves its clock.
/// </summary>
internal sealed class ProtocolServer : IAsyncDisposable
{
    /// <summary>How long an acknowledgement may take here: no other timer has this delay.</summary>
    public static readonly TimeSpan AckTimeout = TimeSpan.FromSeconds(7);

    /// <summary>How long a fetch waits here.</summary>
    public static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(4);
    private const string Certificate = "sds_server";
    private const string ClientCa = "sds_client_ca";

    // No test passes because of it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(2);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-rules-");
    private readonly TestCertificateAuthority _authority;
    private readonly WebApplication _app;
    private readonly MeasuredCounts _counts;

    private ProtocolServer(ProtocolSettings settings)
    {
        _authority = new TestCertificateAuthority("Rules CA", Time);
        Source = new ScriptedSecretSource("scripted", Time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options
            .UseSecretDiscoveryLimits(settings.Limits)
            .ListenSecretDiscovery(SocketPath)
            .ListenSecretDiscovery(new IPEndPoint(IPAddress.Loopback, 0), static listen => listen.UseSecretTls(Certificate, ClientCa)));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.AddProvider(Logs));
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSecretProviders(secrets => Route(secrets.AddSource("scripted", _ => Source), settings));
        builder.Services.Configure<AggregateProviderOptions>(settings.Provider);
        _app = builder.Build();
        _counts = new MeasuredCounts(Provider);
        _app.MapSecretDiscovery(options =>
        {
            (options.AckTimeout, options.FetchTimeout) = (AckTimeout, FetchTimeout);
            settings.Discovery(options);
        });
    }

    public ScriptedSecretSource Source { get; }

    // Clients judge the listener's certificate by the system's clock.
    public ManualTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    public LogCollector Logs { get; } = new();

    public ISecretProvider Provider => _app.Services.GetRequiredService<ISecretProvider>();

    public ISecretProviderControl Control => _app.Services.GetRequiredService<ISecretProviderControl>();

    /// <summary>Gets how many responses were counted as unacknowledged for too long.</summary>
    public long Silences => _counts.Sum("secretproviders.acknowledgements.overdue");

    /// <summary>Gets how many consumers are counted as lagging now.</summary>
    public long Lagging => _counts.Observe("secretproviders.lagging");

    public string SocketPath => Path.Combine(_folder.FullName, "sds.sock");

    public static async Task<ProtocolServer> StartAsync(ProtocolSettings? settings = null)
    {
        var server = new ProtocolServer(settings ?? new());
        server.Source.Found(ClientCa, server._authority.Trust);
        server.Source.Found(Certificate, server._authority.Issue("localhost", new() { IpAddresses = [IPAddress.Loopback] }).Secret);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Gets the content as it arrives at a client.</summary>
    public static GenericSecret Generic(string text) => new(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(text)));

    /// <summary>Gets what tells a client apart: what TLS vouches for, else what the client says.</summary>
    public static string ConsumerId(Transport transport, string node) => transport == Transport.MutualTls ? $"spiffe://rules.example/{node}" : node;

    /// <summary>Connects a client, under mTLS with a certificate of its own.</summary>
    public async Task<ClientChannel> ConnectAsync(SdsClient client, Transport transport, string node)
    {
        if (transport == Transport.UnixSocket)
        {
            return await client.ConnectAsync($"unix:{SocketPath}");
        }

        await Control.WaitUntilReadyAsync([Certificate, ClientCa]);
        var issued = _authority.Issue(node, new() { Uris = [new Uri(ConsumerId(transport, node))] });
        var credentials = new ClientCredentials(
            await WriteAsync("ca.crt", Encoding.ASCII.GetBytes(_authority.Certificate.ToPem())),
            await WriteAsync($"{node}.crt", issued.CertificatePem),
            await WriteAsync($"{node}.key", issued.PrivateKeyPem));
        return await client.ConnectAsync(TlsAddress(), credentials);
    }

    /// <summary>Has the source find a text, and waits until the server serves it, if somebody asks for it.</summary>
    public async Task SetAsync(string name, string text)
    {
        var secret = Generic(text);
        Source.Found(name, secret);
        await UntilAsync(() => !Control.Names.Contains(name) || secret.Equals(Provider.Current(name).Secret), $"'{name}' to be served");
    }

    /// <summary>Has the source say something, and waits until the server has taken it in, if somebody asks for the name.</summary>
    public async Task SayAsync(string name, SecretState state, SecretStatus status)
    {
        Source.Set(name, state);
        await UntilAsync(() => !Control.Names.Contains(name) || Provider.Current(name).Status == status, $"'{name}' to be {status}");
    }

    /// <summary>Waits for what operators see.</summary>
    public async Task<SecretExplanation> WhenAsync(string name, Func<SecretExplanation, bool> condition)
    {
        await UntilAsync(() => condition(Control.Explain(name)), $"the condition about '{name}'");
        return Control.Explain(name);
    }

    /// <summary>Lets the time for an acknowledgement that holds news back run out, once the server waits for it.</summary>
    public async Task LetTheAcknowledgementBeOverdueAsync()
    {
        var armed = AckTimeout + TimeSpan.FromMilliseconds(1);
        await UntilAsync(() => Time.ActiveDelays.Contains(armed), "the server to wait for an acknowledgement");
        Time.Advance(armed);
    }

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"Waited in vain for {what}.");
            await Task.Delay(Glance);
        }
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _authority.Dispose();
        _counts.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void Route(ISecretProvidersBuilder secrets, ProtocolSettings settings)
    {
        secrets.Route(Certificate, "scripted").Route(ClientCa, "scripted");
        settings.Routes(secrets);
    }

    private string TlsAddress() => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
        .First(static address => address.StartsWith("https://", StringComparison.Ordinal)).Split("://")[1];

    private async Task<string> WriteAsync(string name, byte[] content)
    {
        // Never twice: a client may be reading it.
        var path = Path.Combine(_folder.FullName, name);
        if (!File.Exists(path))
        {
            await File.WriteAllBytesAsync(path, content);
        }

        return path;
    }
}
