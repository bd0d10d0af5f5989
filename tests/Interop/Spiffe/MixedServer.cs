using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Workload;
using SecretProviders.Xds.Tests.Spiffe;

namespace SecretProviders.Interop.Tests.Spiffe;

/// <summary>
/// One SDS endpoint on a Unix socket, over SPIRE's names (a Workload API in a process of its own), files in a folder and
/// secrets of a cluster that the test makes up.
/// </summary>
internal sealed class MixedServer : IAsyncDisposable
{
    public const string Db = "spiffe://example.org/db";
    public const string File = "file-cert:web";
    public const string Cluster = "kubernetes://edge/api";
    public static readonly string[] Names = ["default", "ROOTCA", Db, File, Cluster];
    private const string Web = "spiffe://example.org/web";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-mixed-");
    private readonly ScriptedSecretSource _cluster = new("cluster");
    private readonly WebApplication _app;

    private MixedServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.UseSecretDiscoveryLimits().ListenSecretDiscovery(SocketPath));
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.AddProvider(Logs));
        builder.Services.AddSecretProviders(secrets => secrets
            .AddSpiffe("spire", options => options.Socket = Agent.Socket)
            .AddFileSystem("files", options => options.Path = _folder.FullName)
            .AddSource("cluster", _ => _cluster)
            .Route(new SecretRoute("default", [new RouteReference("spire")]) { Kind = SecretKind.TlsCertificate, Trust = "ROOTCA" })
            .Route("spiffe://**", "spire")
            .Route(new SecretRoute(File, [new RouteReference("files") { Key = "web" }]))
            .Route(new SecretRoute("kubernetes://{namespace}/{name}", [new RouteReference("cluster") { Key = "{namespace}/{name}" }])));
        _app = builder.Build();
        _app.MapSecretDiscovery();
    }

    public GoWorkloadServer Agent { get; } = new();

    public TestCertificateAuthority Authority { get; } = new("example.org");

    public LogCollector Logs { get; } = new();

    public ISecretProvider Provider => _app.Services.GetRequiredService<ISecretProvider>();

    public string Address => $"unix:{SocketPath}";

    private string SocketPath => Path.Combine(_folder.FullName, "sds.sock");

    public static async Task<MixedServer> StartAsync()
    {
        var server = new MixedServer();
        await server.Agent.StartAsync();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Serves a new SVID as the default one, and another one if wanted.</summary>
    /// <returns>The chain of the default one, as PEM.</returns>
    public async Task<string> ServeAsync(bool withDb)
    {
        var web = Authority.Issue("web", Svids.Options(Web));
        X509SVID[] svids = [Svids.Make(Web, web.Secret, Authority), .. withDb ? [Svids.Make(Authority, Db)] : Array.Empty<X509SVID>()];
        await Agent.ServeAsync(Svids.Response(svids), Svids.Bundles(("spiffe://example.org", Svids.Bundle(Authority))));
        return System.Text.Encoding.ASCII.GetString(web.CertificatePem);
    }

    /// <summary>Writes a new certificate and key beside the old file and renames it over.</summary>
    public async Task<string> WriteFileAsync()
    {
        var issued = Authority.Issue("file.example");
        var path = Path.Combine(_folder.FullName, "web.pem");
        await System.IO.File.WriteAllBytesAsync($"{path}.new", [.. issued.CertificatePem, .. issued.PrivateKeyPem]);
        System.IO.File.Move($"{path}.new", path, overwrite: true);
        return System.Text.Encoding.ASCII.GetString(issued.CertificatePem);
    }

    /// <summary>Has the cluster hold a new certificate.</summary>
    public string SetCluster()
    {
        var issued = Authority.Issue("cluster.example");
        _cluster.Found("edge/api", issued.Secret);
        return System.Text.Encoding.ASCII.GetString(issued.CertificatePem);
    }

    /// <summary>Waits until the server has taken in what became of a name.</summary>
    public Task WhenAsync(string name, SecretStatus status) =>
        ProtocolServer.UntilAsync(() => Provider.Current(name).Status == status, $"'{name}' to be {status}");

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Agent.DisposeAsync();
        Authority.Dispose();
        Logs.Dispose();
        _folder.Delete(recursive: true);
    }
}
