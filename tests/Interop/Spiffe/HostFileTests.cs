using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using SecretProviders.Testing;
using SecretProviders.Xds.Tests.Spiffe;

namespace SecretProviders.Interop.Tests.Spiffe;

/// <summary>The file that docs/sources/spiffe.md shows for two SPIREs, given to the program itself, with two agents that come and go.</summary>
public sealed partial class HostFileTests(GrpcJsClient client) : IClassFixture<GrpcJsClient>, IAsyncLifetime
{
    private const string Web = "spiffe://example.org/web";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spiffe-host-");
    private readonly GoWorkloadServer _a = new();
    private readonly GoWorkloadServer _b = new();
    private readonly TestCertificateAuthority _authorityOfA = new("example.org A");
    private readonly TestCertificateAuthority _authorityOfB = new("example.org B");
    private ClientProcess? _host;

    private string SocketPath => Path.Combine(_folder.FullName, "sds.sock");

    public async ValueTask InitializeAsync()
    {
        var path = Path.Combine(_folder.FullName, "host.yaml");
        await File.WriteAllTextAsync(path, $"server: {{ listeners: [ {{ unix: {SocketPath} }} ] }}\n{Documented()}");
        _host = new ClientProcess("dotnet", Path.Combine(AppContext.BaseDirectory, "SecretProviders.Host.dll"), "serve", "--config", path);
        await ProtocolServer.UntilAsync(() => File.Exists(SocketPath), $"the host to listen; it said: {_host.Errors}");
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        _authorityOfA.Dispose();
        _authorityOfB.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Two_agents_are_one_to_an_envoy_whichever_of_them_is_up()
    {
        await using var channel = await client.ConnectAsync($"unix:{SocketPath}");
        var stream = new DeltaStream(await channel.OpenAsync("DeltaSecrets"), "edge-1");
        var held = new HeldSecrets(stream.ReadAsync, stream.AcknowledgeAsync);
        await stream.SubscribeAsync("ROOTCA", "default");

        var chainOfB = await StartAsync(_b, _authorityOfB);
        await held.UntilAsync("default", chainOfB);
        Assert.Equal([_authorityOfB.Certificate.ToPem()], Anchors(held));

        var chainOfA = await StartAsync(_a, _authorityOfA);
        await held.UntilAsync(() => Anchors(held).Length == 2);

        await _b.KillAsync();
        await held.UntilAsync("default", chainOfA);

        string[] both = [_authorityOfA.Certificate.ToPem(), _authorityOfB.Certificate.ToPem()];
        Assert.Equal(both.Order(StringComparer.Ordinal), Anchors(held).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("^```yaml\\n(?<text>[^`]*spire-b[^`]*)^```", RegexOptions.Multiline)]
    private static partial Regex Block();

    private static string[] Anchors(HeldSecrets held) =>
        held["ROOTCA"].Domains!["example.org"].Split("-----BEGIN", StringSplitOptions.RemoveEmptyEntries).Select(static rest => "-----BEGIN" + rest).ToArray();

    private static string Page([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "../../../docs/sources/spiffe.md");

    private static async Task<string> StartAsync(GoWorkloadServer agent, TestCertificateAuthority authority)
    {
        var issued = authority.Issue("web", Svids.Options(Web));
        await agent.ServeAsync(Svids.Response(Svids.Make(Web, issued.Secret, authority)), Svids.Bundles(("spiffe://example.org", Svids.Bundle(authority))));
        await agent.StartAsync();
        return Encoding.ASCII.GetString(issued.CertificatePem);
    }

    // As it stands there, but for where the sockets are and how long the loss of one is put up with.
    private string Documented() => Block().Match(File.ReadAllText(Page())).Groups["text"].Value
        .Replace("unix:///run/spire-a/agent.sock", _a.Socket, StringComparison.Ordinal)
        .Replace("unix:///run/spire-b/agent.sock", _b.Socket, StringComparison.Ordinal)
        .Replace("fallThroughAfter: 10s", "fallThroughAfter: 0s", StringComparison.Ordinal);
}
