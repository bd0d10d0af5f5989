using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Auth;

public sealed class CertificateVaultAuthTests : IDisposable
{
    private const string Login = "auth/cert/login";
    private static readonly SecretReference Web = new("secret/data/web") { Kind = SecretKind.Generic, Property = "value" };
    private static readonly ManualTimeProvider Start = new();
    private readonly TestCertificateAuthority _servers = new("Servers", Start);
    private readonly TestCertificateAuthority _clients = new("Clients", Start);
    private readonly TestFile _ca = new();

    public void Dispose()
    {
        _servers.Dispose();
        _clients.Dispose();
        _ca.Dispose();
    }

    [Theory]
    [InlineData(FakeVaultDialect.Vault18)]
    [InlineData(FakeVaultDialect.OpenBao26)]
    internal async Task Certificate_of_the_same_provider_logs_in_and_renews(FakeVaultDialect dialect)
    {
        await using var bed = await StartAsync(dialect);
        bed.Provider.Set("client", _clients.Issue("gateway").Secret);
        var reader = bed.Open(CreateSource(bed), Web);
        await reader.NextAsync();

        await bed.AdvanceAsync(TimeSpan.FromMinutes(30), timers: 2);

        Assert.Equal(1, bed.Node.Count(Login));
        Assert.InRange(bed.Node.Count("auth/token/renew-self"), 3, 6);
        Assert.DoesNotContain(bed.Node.Answers, static answer => answer.Status >= 400);
    }

    [Fact]
    public async Task Another_certificate_logs_in_on_new_connections()
    {
        await using var bed = await StartAsync();
        bed.Provider.Set("client", _clients.Issue("gateway").Secret);
        var reader = bed.Open(CreateSource(bed), Web);
        await reader.NextAsync();

        var second = _clients.Issue("gateway");
        bed.Provider.Set("client", second.Secret);
        await bed.AdvanceAsync(TimeSpan.FromMinutes(10), timers: 2);

        using var leaf = second.Secret.Leaf.Load();
        Assert.Equal(2, bed.Node.Count(Login));
        Assert.Equal(leaf.Thumbprint, bed.Node.Requests[^1].ClientCertificate!.Thumbprint);
        Assert.False(reader.HasNews);
    }

    [Fact]
    public async Task Certificate_of_a_stranger_is_Denied()
    {
        await using var bed = await StartAsync();
        using var strangers = new TestCertificateAuthority("Strangers", Start);
        bed.Provider.Set("client", strangers.Issue("gateway").Secret);

        var state = await bed.Open(CreateSource(bed), Web).NextAsync();

        Assert.Contains("no chain matching", Assert.IsType<SecretState.Denied>(state).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_certificate_is_Unavailable_and_says_which()
    {
        await using var bed = await StartAsync();
        bed.Provider.Remove("client");

        var state = await bed.Open(CreateSource(bed), Web).NextAsync();

        Assert.Contains("secret 'client'", Assert.IsType<SecretState.Unavailable>(state).Error, StringComparison.Ordinal);
    }

    private VaultSecretSource CreateSource(VaultTestbed bed) => bed.CreateSource(options =>
    {
        options.Tls.Ca = _ca.Holding(Encoding.ASCII.GetString(_servers.Issue().TrustPem));
        options.Auth.Certificate = new VaultCertificateOptions { Role = "gw", Certificate = SecretCredential.FromSecret("client") };
    });

    private async Task<VaultTestbed> StartAsync(FakeVaultDialect dialect = FakeVaultDialect.OpenBao26)
    {
        var bed = await VaultTestbed.StartAsync(dialect, certificate: ServerCertificate());
        bed.Put("web", ("value", "one"));
        bed.AsRoot("PUT", "sys/policies/acl/app", new JsonObject { ["policy"] = """path "secret/*" { capabilities = ["read"] }""" });
        bed.AsRoot("POST", "sys/auth/cert", new JsonObject { ["type"] = "cert" });
        bed.AsRoot("POST", "auth/cert/certs/gw", new JsonObject
        {
            ["certificate"] = _clients.Certificate.ToPem(),
            ["token_policies"] = new JsonArray("app"),
            ["token_ttl"] = "10m",
        });
        return bed;
    }

    private X509Certificate2 ServerCertificate() => _servers.Issue("127.0.0.1", new TestCertificateOptions { IpAddresses = [System.Net.IPAddress.Loopback] }).Secret.LoadWithPrivateKey();
}
