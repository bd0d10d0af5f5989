using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Tests.Engines.Pki;

namespace SecretProviders.Vault.Tests.RealServer;

/// <summary>Certificates, trust and revocation at a real server, by its own clock.</summary>
public sealed class RealVaultPkiTests : IAsyncLifetime
{
    private readonly string _name = RealVault.NewName();
    private readonly TestFile _file = new();
    private readonly LogCollector _logs = new();

    public async ValueTask InitializeAsync()
    {
        await RealVault.AskAsync("POST", $"sys/mounts/{_name}", new JsonObject { ["type"] = "pki" });
        await RealVault.AskAsync("POST", $"{_name}/root/generate/internal", new JsonObject { ["common_name"] = "Test root", ["ttl"] = "24h", ["key_type"] = "ec", ["key_bits"] = 256 });
        await RoleAsync("web", leases: false);
        await RoleAsync("leased", leases: true);
    }

    public async ValueTask DisposeAsync()
    {
        await RealVault.AskAsync("DELETE", $"sys/mounts/{_name}");
        await RealVault.AskAsync("DELETE", $"sys/policies/acl/{_name}");
        _file.Dispose();
        _logs.Dispose();
    }

    [Theory]
    [InlineData("issue")]
    [InlineData("sign")]
    public async Task Certificate_has_its_key_and_its_trust(string verb)
    {
        await using var source = Create();
        await using var reader = source.Open(Reference($"{verb}/web"));

        var found = Assert.IsType<SecretState.Found>(await reader.NextAsync());

        using var pair = ((TlsCertificate)found.Secret).LoadWithPrivateKey();
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(Assert.Single(found.Trust!.TrustAnchors).Load());
        Assert.True(chain.Build(pair));
        Assert.True(pair.MatchesHostname("a.example.test"));
        Assert.True(found.Minted);
    }

    [Fact]
    public async Task Certificate_is_revoked_at_disposal_when_asked()
    {
        var source = Create(static options => options.RevokeCertificates = true);
        await using var reader = source.Open(Reference("issue/web"));
        var found = Assert.IsType<SecretState.Found>(await reader.NextAsync());

        await source.DisposeAsync();

        Assert.True(await IsRevokedAsync(found));
    }

    [Fact]
    public async Task Name_that_the_role_forbids_is_Invalid_with_the_servers_words()
    {
        await using var source = Create();
        await using var reader = source.Open(Reference("issue/web", "evil.com"));

        var invalid = Assert.IsType<SecretState.Invalid>(await reader.NextAsync());

        Assert.Contains("evil.com not allowed by this role", invalid.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lease_of_a_certificate_is_its_end()
    {
        await using var source = Create();
        await using var reader = source.Open(Reference("issue/leased"));

        var found = Assert.IsType<SecretState.Found>(await reader.NextAsync());

        Assert.NotNull(found.ValidUntil);
    }

    [Fact]
    public async Task Leased_certificate_is_replaced_when_its_token_is_gone()
    {
        await RealVault.WritePolicyAsync(_name, $$"""path "{{_name}}/*" { capabilities = ["create", "read", "update"] }""");
        var token = await RealVault.NewTokenAsync(_name);
        await using var source = Create(options => options.Auth.Token = _file.Holding(token));
        await using var reader = source.Open(Reference("issue/leased"));
        await using var role = source.Open(new SecretReference($"{_name}/roles/leased") { Kind = SecretKind.Generic });
        var first = Assert.IsType<SecretState.Found>(await reader.NextAsync());
        Assert.IsType<SecretState.Found>(await role.NextAsync());

        _file.Write(await RealVault.NewTokenAsync(_name));
        await RealVault.AskAsync("POST", "auth/token/revoke-self", token: token);
        await source.RefreshAsync();

        var second = Assert.IsType<SecretState.Found>(await reader.NextAsync());
        Assert.NotEqual(first.Secret, second.Secret);
        Assert.True(await RealVault.EventuallyAsync(() => IsRevokedAsync(first)));
        Assert.False(await IsRevokedAsync(second));
    }

    [Fact]
    public async Task Certificate_is_renewed_before_its_end()
    {
        await using var source = Create();
        await using var reader = source.Open(VaultLab.Reference($"{_name}/issue/web", ("common_name", "a.example.test"), ("ttl", "30s")));
        var first = Assert.IsType<SecretState.Found>(await reader.NextAsync());

        var second = Assert.IsType<SecretState.Found>(await reader.NextAsync());

        Assert.NotEqual(first.Secret, second.Secret);
        Assert.True(((TlsCertificate)second.Secret).Leaf.NotBefore < ((TlsCertificate)first.Secret).Leaf.NotAfter);
    }

    [Fact]
    public async Task Key_that_stays_in_its_store_is_signed_for()
    {
        using var key = new FakeHsmKey();
        await using var source = Create(options => options.SigningKey = (_, _) => ValueTask.FromResult<PrivateKey>(key));
        await using var reader = source.Open(Reference("sign/web"));

        var found = Assert.IsType<SecretState.Found>(await reader.NextAsync());

        using var leaf = ((TlsCertificate)found.Secret).Leaf.Load();
        Assert.Equal(key.SubjectPublicKeyInfo.ToArray(), leaf.PublicKey.ExportSubjectPublicKeyInfo());
    }

    [Theory]
    [InlineData("cert/ca", 0)]
    [InlineData("cert/ca_chain", 0)]
    [InlineData("cert/crl", 1)]
    public async Task Authority_is_trust(string path, int revocationLists)
    {
        await using var source = Create();
        await using var reader = source.Open(new SecretReference($"{_name}/{path}"));

        var trust = Assert.IsType<ValidationContext>(Assert.IsType<SecretState.Found>(await reader.NextAsync()).Secret);

        Assert.Equal("CN=Test root", Assert.Single(trust.TrustAnchors).Subject);
        Assert.Equal(revocationLists, trust.RevocationLists.Length);
    }

    private async Task<bool> IsRevokedAsync(SecretState.Found found)
    {
        var answer = await RealVault.AskAsync("GET", $"{_name}/cert/{found.Origin!.StoreVersion}");
        return answer!["data"]!["revocation_time"]!.GetValue<long>() > 0;
    }

    private SecretReference Reference(string path, string name = "a.example.test") => VaultLab.Reference($"{_name}/{path}", ("common_name", name), ("ttl", "5m"));

    private Task RoleAsync(string role, bool leases) => RealVault.AskAsync("POST", $"{_name}/roles/{role}", new JsonObject
    {
        ["allowed_domains"] = new JsonArray("example.test"),
        ["allow_subdomains"] = true,
        ["key_type"] = "ec",
        ["key_bits"] = 256,
        ["ttl"] = "10m",
        ["max_ttl"] = "1h",
        ["generate_lease"] = leases,
    });

    private VaultSecretSource Create(Action<VaultSecretSourceOptions>? configure = null)
    {
        var options = RealVault.Options();
        options.Auth.Token = _file.Holding(RealVault.RootToken);
        configure?.Invoke(options);
        return new VaultSecretSource("vault", options, null, TimeProvider.System, _logs.CreateLogger("vault"));
    }
}
