using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using SecretProviders.AspNetCore.Sds;
using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Sds;

public sealed class PeerIdentityTests
{
    [Fact]
    public async Task Peer_on_a_unix_socket_is_known_by_the_kernel()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);

        await call.WriteAsync(Ask("a"));
        await server.Provider.WhenSubscribedAsync("a");

        var consumer = Assert.Single(server.Provider.Consumers);
        Assert.Equal(Environment.ProcessId, consumer.ProcessId);
        Assert.Equal(Environment.UserName == "root" ? 0u : consumer.UserId, consumer.UserId);
        Assert.NotNull(consumer.GroupId);
        Assert.Equal(("node-1", "edge", "node-1", null), (consumer.NodeId, consumer.NodeCluster, consumer.Id, consumer.TlsIdentity));
    }

    [Fact]
    public async Task Peer_over_tcp_has_no_credentials()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = new GrpcChannel(server.TcpAddress);
        await using var call = channel.Start(StreamSecrets);

        await call.WriteAsync(Ask("a"));
        await server.Provider.WhenSubscribedAsync("a");

        var consumer = Assert.Single(server.Provider.Consumers);
        Assert.Equal((null, null, null), (consumer.ProcessId, consumer.UserId, consumer.GroupId));
    }

    [Fact]
    public async Task Peer_with_a_client_certificate_is_known_by_its_spiffe_id()
    {
        using var authority = new TestCertificateAuthority();
        using var serverCertificate = Pair(authority.Issue("localhost", new() { IpAddresses = [IPAddress.Loopback] }));
        using var clientCertificate = Pair(authority.Issue("envoy.example", new() { Uris = [new Uri("spiffe://example.org/envoy")] }));
        await using var server = await SdsServer.StartAsync(kestrel: options => options.ListenSecretDiscovery(
            new IPEndPoint(IPAddress.Loopback, 0),
            listen => listen.UseHttps(https =>
            {
                https.ServerCertificate = serverCertificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (_, _, _) => true;
            })));
        using var channel = new GrpcChannel(server.TlsAddress, new()
        {
            Tls = new SslClientAuthenticationOptions
            {
                ClientCertificates = [clientCertificate],
                CertificateChainPolicy = Trust(authority),
            },
        });
        await using var call = channel.Start(StreamSecrets);

        server.Provider.Set("a", Generic("one"));
        await call.WriteAsync(Ask("a"));
        await call.ReadAsync();

        var consumer = Assert.Single(server.Provider.Consumers);
        Assert.Equal("spiffe://example.org/envoy", consumer.TlsIdentity);
        Assert.Equal(consumer.TlsIdentity, consumer.Id);
    }

    [Theory]
    [InlineData(new string[0], "web.example")]
    [InlineData(new[] { "spiffe://a/b" }, "spiffe://a/b")]
    [InlineData(new[] { "https://web.example/" }, "web.example")]
    [InlineData(new[] { "spiffe://a/b", "spiffe://a/c" }, "web.example")]
    [InlineData(new[] { "spiffe://a" }, "web.example")]
    [InlineData(new[] { "spiffe://a/b/" }, "web.example")]
    [InlineData(new[] { "spiffe://a/b?c" }, "web.example")]
    public void Identity_is_the_one_spiffe_id_else_a_dns_name(string[] uris, string identity)
    {
        using var authority = new TestCertificateAuthority();
        using var certificate = authority.Issue("web.example", new() { Uris = [.. uris.Select(static uri => new Uri(uri))] }).Secret.Leaf.Load();

        Assert.Equal(identity, CertificateIdentity.Of(certificate));
    }

    [Fact]
    public void Certificate_without_names_is_nobody()
    {
        using var authority = new TestCertificateAuthority();
        using var certificate = authority.Certificate.Load();

        Assert.Null(CertificateIdentity.Of(certificate));
    }

    private static X509ChainPolicy Trust(TestCertificateAuthority authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority.Certificate.Load());
        return policy;
    }

    private static X509Certificate2 Pair(TestCertificate certificate)
    {
        using var pair = X509Certificate2.CreateFromPem(
            System.Text.Encoding.ASCII.GetString(certificate.CertificatePem), System.Text.Encoding.ASCII.GetString(certificate.PrivateKeyPem));
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
    }
}
