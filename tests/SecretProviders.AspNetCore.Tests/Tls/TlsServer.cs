using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Tls;

/// <summary>A server whose TLS listener lives by two names of its own provider, and clients of it.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    public const string Certificate = "sds_server";
    public const string ClientCa = "sds_client_ca";

    private TlsServer(SdsServer server) => Server = server;

    public SdsServer Server { get; }

    /// <summary>Gets the authority of servers and, unless a test says otherwise, of clients. Its clock is that of the server.</summary>
    public TestCertificateAuthority Authority { get; } = new(timeProvider: new ManualTimeProvider());

    /// <summary>Gets the server certificates that clients were shown, oldest first.</summary>
    public ConcurrentQueue<string> Shown { get; } = new();

    /// <summary>Starts without secrets.</summary>
    public static async Task<TlsServer> StartEmptyAsync() => new(await SdsServer.StartAsync(kestrel: static options => options.ListenSecretDiscovery(
        new IPEndPoint(IPAddress.Loopback, 0), static listen => listen.UseSecretTls(Certificate, ClientCa))));

    /// <summary>Starts with a certificate and a client CA.</summary>
    public static async Task<TlsServer> StartAsync()
    {
        var server = await StartEmptyAsync();
        server.Server.Provider.Set(ClientCa, server.Authority.Trust);
        await server.RotateAsync();
        return server;
    }

    /// <summary>Serves a new certificate.</summary>
    /// <returns>The certificate, once the listener has said that it uses it.</returns>
    public async Task<TlsCertificate> RotateAsync(TestKeyAlgorithm algorithm = TestKeyAlgorithm.EcdsaP256)
    {
        // The client judges it by the system's clock.
        var issued = Authority.Issue("localhost", new() { IpAddresses = [IPAddress.Loopback], Lifetime = TimeSpan.FromDays(3000), Algorithm = algorithm }).Secret;
        Server.Provider.Set(Certificate, issued);
        var version = Server.Provider.Current(Certificate).Version;
        await Server.Provider.WhenReportedAsync(report => report.Name == Certificate && report.Version == version);
        return issued;
    }

    public TestCertificate IssueClient(params string[] uris) =>
        Authority.Issue("envoy.example", new() { Uris = [.. uris.Select(static uri => new Uri(uri))] });

    public GrpcChannel Connect(TestCertificate? client)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(Authority.Certificate.Load());
        var tls = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            {
                Shown.Enqueue(new EncodedCertificate(certificate!.GetRawCertData()).Sha256);
                return errors == SslPolicyErrors.None;
            },
        };
        if (client is not null)
        {
            tls.ClientCertificateContext = ContextOf(client);
        }

        return new GrpcChannel(Server.TlsAddress, new() { Tls = tls });
    }

    /// <summary>Calls on a connection of its own.</summary>
    public async Task CallAsync(TestCertificate? client)
    {
        using var channel = Connect(client);
        await channel.CallAsync(FetchSecrets, Ask());
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Authority.Dispose();
    }

    private static SslStreamCertificateContext ContextOf(TestCertificate client)
    {
        using var pem = X509Certificate2.CreateFromPem(
            System.Text.Encoding.ASCII.GetString(client.CertificatePem), System.Text.Encoding.ASCII.GetString(client.PrivateKeyPem));
        var pair = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        var issuers = new X509Certificate2Collection(client.Secret.Chain.Skip(1).Select(static one => one.Load()).ToArray());
        return SslStreamCertificateContext.Create(pair, issuers, offline: true);
    }
}
