using System.Text.RegularExpressions;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Interop.Tests;

/// <summary>OpenSSL completes TLS handshakes with what an independent client received.</summary>
public sealed partial class OpenSslTests(GrpcJsClient client) : IClassFixture<GrpcJsClient>
{
    [Theory]
    [InlineData(TestKeyAlgorithm.EcdsaP256)]
    [InlineData(TestKeyAlgorithm.Rsa2048)]
    public async Task Handshake_succeeds_with_served_material(TestKeyAlgorithm algorithm)
    {
        using var authority = new TestCertificateAuthority();
        using var intermediate = authority.CreateIntermediate();
        await using var server = await InteropServer.StartAsync();
        server.Provider.Set("web", intermediate.Issue("web.example", new() { Algorithm = algorithm }).Secret);
        server.Provider.Set("ca", authority.Trust);
        var files = await ReceiveAsync(server);

        await using var tls = new ClientProcess(
            Components.OpenSsl, "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-cert", files.Chain, "-cert_chain", files.Chain, "-key", files.Key, "-Verify", "1", "-CAfile", files.Trust);
        var address = await ListeningAsync(tls);
        await using var peer = new ClientProcess(
            Components.OpenSsl, "s_client", "-connect", address, "-CAfile", files.Trust, "-verify_return_error", "-verify_hostname", "web.example",
            "-cert", files.Chain, "-cert_chain", files.Chain, "-key", files.Key, "-brief");
        peer.Input.Close();
        var (exitCode, output) = await peer.WaitAsync();

        Assert.True(exitCode == 0, output);
        Assert.Contains("Verification: OK", output, StringComparison.Ordinal);
    }

    private async Task<(string Chain, string Key, string Trust)> ReceiveAsync(InteropServer server)
    {
        await using var channel = await client.ConnectAsync(server.Address(Transport.UnixSocket));
        var response = await (await channel.CallAsync(new DiscoveryRequest { ResourceNames = { "web", "ca" } })).ReadAsync();
        var (certificate, trust) = (response.Secrets[0], response.Secrets[1]);
        return (
            await WriteAsync(server, "chain.pem", certificate.Chain),
            await WriteAsync(server, "key.pem", certificate.Key),
            await WriteAsync(server, "ca.pem", trust.Trust));
    }

    private static async Task<string> WriteAsync(InteropServer server, string name, string? content)
    {
        var path = Path.Combine(server.Folder, name);
        await File.WriteAllTextAsync(path, Assert.IsType<string>(content));
        return path;
    }

    private static async Task<string> ListeningAsync(ClientProcess tls)
    {
        while (true)
        {
            if (Accepting().Match(await tls.ReadLineAsync()) is { Success: true } match)
            {
                return match.Groups[1].Value;
            }
        }
    }

    [GeneratedRegex("^ACCEPT (127.0.0.1:[0-9]+)")]
    private static partial Regex Accepting();
}
