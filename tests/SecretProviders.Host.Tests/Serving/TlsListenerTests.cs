using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>A listener of the configured server whose certificate and client CA are files that the server itself serves.</summary>
public sealed class TlsListenerTests
{
    private const string Configuration = """
        server:
          listeners:
            - { address: "127.0.0.1:0", tls: { certificate: sds_server, clientCa: sds_client_ca } }
          admin: { unix: admin.sock }
        sources:
          files: { type: fileSystem, path: certs }
        secrets:
          - { name: sds_server, from: [ { source: files } ] }
          - { name: sds_client_ca, kind: validationContext, from: [ { source: files, key: clients } ] }

        """;

    [Fact]
    public async Task Client_of_the_client_ca_is_served()
    {
        await using var server = new ServingRun();
        WriteServerCertificate(server);
        var address = await StartAsync(server, server.Authority);

        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(server, address, server.Authority.Issue("envoy.example")));
    }

    [Fact]
    public async Task Rotated_certificate_is_shown_without_restart()
    {
        await using var server = new ServingRun();
        var first = WriteServerCertificate(server);
        var address = await StartAsync(server, server.Authority);
        Assert.Equal(first.Secret.Leaf.Sha256, await ShownAsync(server, address));
        var published = server.Said.ToString().Length;

        var second = WriteServerCertificate(server);
        while (await ShownAsync(server, address) != second.Secret.Leaf.Sha256)
        {
            // The file is noticed in its own time.
            await Task.Yield();
        }

        Assert.Contains(" sds_server ", server.Said.ToString()[published..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_of_another_ca_is_refused_with_a_line()
    {
        await using var server = new ServingRun();
        using var other = new TestCertificateAuthority("Other CA");
        WriteServerCertificate(server);
        var address = await StartAsync(server, server.Authority);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync(server, address, other.Issue("envoy.example")));

        await server.Said.WhenContainsAsync("127.0.0.1 is refused: its certificate does not chain to a trusted anchor");
    }

    [Fact]
    public async Task Missing_certificate_refuses_handshakes_and_the_server_runs_on()
    {
        await using var server = new ServingRun();
        var address = await StartAsync(server, server.Authority);

        await Assert.ThrowsAnyAsync<Exception>(() => ShownAsync(server, address));
        await server.Said.WhenContainsAsync("the secret 'sds_server' is");
        WriteServerCertificate(server);
        await server.WhenReadyAsync("sds_server");

        Assert.NotNull(await ShownAsync(server, address));
    }

    private static TestCertificate WriteServerCertificate(ServingRun server)
    {
        var issued = server.Authority.Issue("localhost", new() { IpAddresses = [IPAddress.Loopback] });

        // One file, replaced by renaming, so that nobody sees a certificate with another one's key.
        server.Run.Write("certs/next", Encoding.ASCII.GetString(issued.CertificatePem) + Encoding.ASCII.GetString(issued.PrivateKeyPem));
        File.Move(Path.Combine(server.Run.Folder, "certs/next"), Path.Combine(server.Run.Folder, "certs/sds_server.pem"), overwrite: true);
        return issued;
    }

    private static async Task<IPEndPoint> StartAsync(ServingRun server, TestCertificateAuthority clients)
    {
        server.Run.Write("certs/clients.crt", clients.Certificate.ToPem());
        await server.StartAsync(Configuration);
        await server.Said.WhenContainsAsync(" sds_client_ca ");
        var line = server.Said.Lines().First(static line => line.Contains("SDS at ", StringComparison.Ordinal));
        return IPEndPoint.Parse(line[(line.IndexOf("SDS at ", StringComparison.Ordinal) + "SDS at ".Length)..].Trim());
    }

    private static async Task<string> ShownAsync(ServingRun server, IPEndPoint address)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(address);
        await using var stream = new SslStream(socket.GetStream());
        await stream.AuthenticateAsClientAsync(Options(server, server.Authority.Issue("envoy.example")));
        return new EncodedCertificate(stream.RemoteCertificate!.GetRawCertData()).Sha256;
    }

    /// <summary>Asks for a page that nobody has: who gets this answer was let in.</summary>
    private static async Task<HttpStatusCode> AskAsync(ServingRun server, IPEndPoint address, TestCertificate client)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { SslOptions = Options(server, client) });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{address}/nothing")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await http.SendAsync(request, CancellationToken.None);
        return response.StatusCode;
    }

    private static SslClientAuthenticationOptions Options(ServingRun server, TestCertificate client)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(server.Authority.Certificate.Load());
        using var pem = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(client.CertificatePem), Encoding.ASCII.GetString(client.PrivateKeyPem));
        var pair = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        return new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = policy,
            ClientCertificateContext = SslStreamCertificateContext.Create(pair, [], offline: true),
        };
    }
}
