using System.Net;
using Microsoft.AspNetCore.Hosting;
using SecretProviders.Testing;

namespace SecretProviders.Interop.Tests;

/// <summary>OpenSSL's client at a listener whose certificate and client CA the same server serves.</summary>
public sealed class TlsListenerTests : IDisposable
{
    private const string Certificate = "sds_server";
    private const string ClientCa = "sds_client_ca";
    private readonly TestCertificateAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Handshake_with_a_client_certificate_speaks_http2(string version)
    {
        await using var server = await StartAsync();

        var (exitCode, output) = await ConnectAsync(server, await WriteAsync(server, _authority.Issue("envoy.example")), version);

        Assert.True(exitCode == 0, output);
        Assert.Contains("ALPN protocol: h2", output, StringComparison.Ordinal);
        Assert.Contains("Verify return code: 0 (ok)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotated_certificate_is_shown_on_the_next_connection()
    {
        await using var server = await StartAsync();
        var client = await WriteAsync(server, _authority.Issue("envoy.example"));
        var first = await ConnectAsync(server, client);
        var rotated = Issue().Secret;
        server.Provider.Set(Certificate, rotated);

        var second = await ConnectAsync(server, client);

        Assert.DoesNotContain(rotated.Leaf.ToPem(), first.Output, StringComparison.Ordinal);
        Assert.Contains(rotated.Leaf.ToPem(), second.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Connection_of_a_client_of_another_ca_is_ended_by_the_server(string version)
    {
        using var other = new TestCertificateAuthority("Other CA");
        await using var server = await StartAsync();
        await using var peer = Connect(server, await WriteAsync(server, other.Issue("envoy.example")), version);

        // Its input stays open, so that it never leaves by itself.
        var (_, output) = await peer.WaitAsync();

        Assert.Matches("(?i)alert|closed|unexpected eof|errno", output);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Connection_of_a_revoked_client_is_ended_by_the_server_and_others_are_served(string version)
    {
        var (revoked, sound) = (_authority.Issue("revoked.example"), _authority.Issue("sound.example"));
        await using var server = await StartAsync();
        server.Provider.Set(ClientCa, _authority.Trust with { RevocationLists = [_authority.CreateRevocationList(revoked)] });

        await using var refused = Connect(server, await WriteAsync(server, revoked), version);
        var (_, refusal) = await refused.WaitAsync();
        var (exitCode, output) = await ConnectAsync(server, await WriteAsync(server, sound), version);

        Assert.Matches("(?i)alert|closed|unexpected eof|errno", refusal);
        Assert.True(exitCode == 0, output);
        Assert.Contains("Verify return code: 0 (ok)", output, StringComparison.Ordinal);
        var line = Assert.Single(server.Logs.Entries, static entry => entry.EventId.Name == "ClientRefused");
        Assert.Contains("its certificate is revoked", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revocation_takes_effect_with_the_next_handshake()
    {
        var client = _authority.Issue("envoy.example");
        await using var server = await StartAsync();
        server.Provider.Set(ClientCa, _authority.Trust with { RevocationLists = [_authority.CreateRevocationList()] });
        var files = await WriteAsync(server, client);
        var before = await ConnectAsync(server, files);

        server.Provider.Set(ClientCa, _authority.Trust with { RevocationLists = [_authority.CreateRevocationList(client)] });
        await using var after = Connect(server, files, "-tls1_3");
        var (_, output) = await after.WaitAsync();

        Assert.True(before.ExitCode == 0, before.Output);
        Assert.Matches("(?i)alert|closed|unexpected eof|errno", output);
    }

    private TestCertificate Issue() => _authority.Issue("localhost", new() { IpAddresses = [IPAddress.Loopback] });

    private async Task<InteropServer> StartAsync()
    {
        var server = await InteropServer.StartAsync(static listen => listen.UseSecretTls(Certificate, ClientCa));
        server.Provider.Set(ClientCa, _authority.Trust);
        server.Provider.Set(Certificate, Issue().Secret);
        return server;
    }

    private async Task<(string Chain, string Key)> WriteAsync(InteropServer server, TestCertificate certificate)
    {
        var (chain, key) = (Path.Combine(server.Folder, "client.crt"), Path.Combine(server.Folder, "client.key"));
        await File.WriteAllBytesAsync(chain, certificate.CertificatePem);
        await File.WriteAllBytesAsync(key, certificate.PrivateKeyPem);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "ca.crt"), _authority.Certificate.ToPem());
        return (chain, key);
    }

    private static async Task<(int ExitCode, string Output)> ConnectAsync(InteropServer server, (string Chain, string Key) client, string version = "-tls1_3")
    {
        await using var peer = Connect(server, client, version);
        peer.Input.Close();
        return await peer.WaitAsync();
    }

    private static ClientProcess Connect(InteropServer server, (string Chain, string Key) client, string version) => new(
        Components.OpenSsl, "s_client", "-connect", server.Address(Transport.LoopbackTcp), "-CAfile", Path.Combine(server.Folder, "ca.crt"), "-verify_return_error",
        "-verify_ip", "127.0.0.1", "-cert", client.Chain, "-key", client.Key, "-alpn", "h2", "-showcerts", version);
}
