using System.Net;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>A server of this process on Unix sockets, before a folder with certificates.</summary>
internal sealed class ServingRun : IAsyncDisposable
{
    public const string Head = """
        server:
          listeners: [ { unix: sds.sock } ]
          admin: { unix: admin.sock }
          drain: 30s
        sources:
          files: { type: fileSystem, path: certs }
        secrets:

        """;

    public const string Web = "  - { name: web, from: [ { source: files } ] }\n";

    private Task<int>? _serving;

    public CommandRun Run { get; } = new(TimeProvider.System);

    public TestCertificateAuthority Authority { get; } = new();

    /// <summary>Gets what the server said; the commands that ask it have streams of their own.</summary>
    public SignallingWriter Said { get; private set; } = new();

    public void WriteCertificate(string name)
    {
        var issued = Authority.Issue($"{name}.example");
        Run.Write($"certs/{name}.key", System.Text.Encoding.ASCII.GetString(issued.PrivateKeyPem));
        Run.Write($"certs/{name}.crt", System.Text.Encoding.ASCII.GetString(issued.CertificatePem));
    }

    public async Task StartAsync(string configuration = Head + Web)
    {
        Run.Write("host.yaml", configuration);
        _serving = Run.RunAsync("serve", "--config", "host.yaml");
        Said = Run.Error;
        if (await Task.WhenAny(_serving, Said.WhenContainsAsync("admin at")) == _serving)
        {
            Assert.Fail($"The server ended with {await _serving}: {Said}");
        }
    }

    public Task<(int Status, string Body)> ReadyAsync() => UnixHttp.GetAsync(Path.Combine(Run.Folder, "admin.sock"), "/readyz");

    /// <summary>Waits until the server is ready, looking again after each thing it says.</summary>
    public async Task WhenReadyAsync(string name = "web")
    {
        await Said.WhenContainsAsync($" {name} ");
        while ((await ReadyAsync()).Status != 200)
        {
            await Task.Yield();
        }
    }

    /// <summary>Writes a secret that is larger than what a peer takes unread, and says what serves it.</summary>
    public string WriteBig()
    {
        Run.Write("certs/big", new string('x', 512 * 1024));
        return Head + Web + "  - { name: big, kind: generic, from: [ { source: files } ] }\n";
    }

    /// <summary>Asks for that secret and does not read it, so that the server cannot end the stream in peace.</summary>
    public static Task<HttpResponseMessage> OpenUnreadStreamAsync(HttpMessageInvoker http) =>
        OpenStreamAsync(http, [0, 0, 0, 0, 5, 0x1A, 3, .. "big"u8]);

    /// <summary>Asks for a stream of secrets over gRPC and leaves it open.</summary>
    public static async Task<HttpResponseMessage> OpenStreamAsync(HttpMessageInvoker http, params byte[] frames)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new EndlessContent(frames),
        };
        return await http.SendAsync(request, CancellationToken.None);
    }

    public Task<int> StopAsync()
    {
        Run.Interrupt();
        return _serving!;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Authority.Dispose();
        Run.Dispose();
    }
}
