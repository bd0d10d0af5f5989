using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Engines.Pki;

public sealed class PkiEngineTests
{
    private static readonly SecretReference Issue = VaultLab.Reference("pki/issue/web", ("common_name", "web.example"));
    private static readonly SecretReference Sign = VaultLab.Reference("pki/sign/web", ("common_name", "web.example"), ("alt_names", "other.example"));

    [Theory]
    [InlineData(nameof(FakeVaultDialect.Vault18))]
    [InlineData(nameof(FakeVaultDialect.OpenBao26))]
    public async Task Root_issues_a_leaf_and_is_its_trust(string dialect)
    {
        await using var lab = await VaultLab.StartAsync(Enum.Parse<FakeVaultDialect>(dialect));
        var pki = lab.Vault.AddPki("pki");

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(Issue));

        var certificate = Assert.IsType<TlsCertificate>(found.Secret);
        Assert.Equal("CN=web.example", certificate.Leaf.Subject);
        Assert.Single(certificate.Chain);
        Assert.Equal("CN=Fake root", Assert.Single(found.Trust!.TrustAnchors).Subject);
        Assert.True(found.Minted);
        Assert.Equal(new SecretOrigin("vault") { Location = "pki/issue/web", StoreVersion = Assert.Single(pki.Issued) }, found.Origin);
    }

    [Theory]
    [InlineData(nameof(FakeVaultDialect.Vault18))]
    [InlineData(nameof(FakeVaultDialect.OpenBao26))]
    public async Task Intermediate_is_served_and_its_root_is_the_trust(string dialect)
    {
        await using var lab = await VaultLab.StartAsync(Enum.Parse<FakeVaultDialect>(dialect));
        lab.Vault.AddPki("pki", intermediate: true);

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(Issue));

        Assert.Equal(["CN=web.example", "CN=Fake intermediate"], ((TlsCertificate)found.Secret).Chain.Select(static one => one.Subject));
        Assert.Equal("CN=Fake root", Assert.Single(found.Trust!.TrustAnchors).Subject);
    }

    [Fact]
    public async Task Parameters_reach_the_certificate()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        lab.Vault.AddRole("pki", "mesh", new JsonObject { ["allow_any_name"] = true, ["allowed_uri_sans"] = new JsonArray("spiffe://example/*") });
        var reference = VaultLab.Reference(
            "pki/issue/mesh", ("common_name", "a.example"), ("alt_names", "b.example"), ("uri_sans", "spiffe://example/a"), ("ip_sans", "127.0.0.1"), ("ttl", "10m"));

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(reference));

        var leaf = ((TlsCertificate)found.Secret).Leaf;
        using var certificate = leaf.Load();
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["a.example", "b.example"], names.EnumerateDnsNames());
        Assert.Equal("127.0.0.1", names.EnumerateIPAddresses().Single().ToString());
        Assert.Contains("spiffe://example/a", names.Format(multiLine: false), StringComparison.Ordinal);
        Assert.Equal(lab.Clock.GetUtcNow().AddMinutes(10), leaf.NotAfter);
    }

    [Theory]
    [InlineData(nameof(FakeVaultDialect.Vault18))]
    [InlineData(nameof(FakeVaultDialect.OpenBao26))]
    public async Task Key_of_a_signed_certificate_never_travels(string dialect)
    {
        await using var lab = await VaultLab.StartAsync(Enum.Parse<FakeVaultDialect>(dialect));
        lab.Vault.AddPki("pki");

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(Sign));

        var request = lab.Node.Requests.Single(static one => one.Path == "pki/sign/web");
        var key = ((PrivateKeyBytes)((TlsCertificate)found.Secret).PrivateKey).Pkcs8;
        var body = Encoding.UTF8.GetString(request.Body);
        Assert.Contains("CERTIFICATE REQUEST", body, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", body, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(key.GetSpan())[48..80], body.Replace("\\n", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        using var pair = ((TlsCertificate)found.Secret).LoadWithPrivateKey();
        Assert.True(pair.HasPrivateKey);
    }

    [Fact]
    public async Task Each_signed_certificate_has_a_new_key()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        var reader = lab.Watch(Sign);
        var first = await lab.UntilAsync<SecretState.Found>(reader);

        var second = await lab.UntilAsync<SecretState.Found>(reader);

        Assert.NotEqual(((TlsCertificate)first.Secret).PrivateKey, ((TlsCertificate)second.Secret).PrivateKey);
    }

    [Theory]
    [InlineData("pki/issuer/default/issue/web")]
    [InlineData("pki/issuer/default/sign/web")]
    public async Task One_of_several_issuers_may_be_named(string key)
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(Issue with { Key = key }));

        Assert.True(found.Minted);
    }

    [Fact]
    public async Task Request_for_a_certificate_is_told_as_it_is()
    {
        await using var lab = await VaultLab.StartAsync();

        Assert.True(lab.Source.Mints(Issue));
        Assert.True(lab.Source.Mints(Sign));
        Assert.False(lab.Source.Mints(new SecretReference("pki/issue/web")));
        Assert.False(lab.Source.Mints(new SecretReference("pki/cert/ca")));
        Assert.False(lab.Source.Mints(new SecretReference("secret/data/web")));
    }

    [Fact]
    public async Task Path_without_parameters_is_read_and_nothing_is_written()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(new SecretReference("pki/issue/web")));

        Assert.Contains("common_name", invalid.Problem.Message, StringComparison.Ordinal);
        Assert.Empty(pki.Issued);
    }

    [Fact]
    public async Task Secret_of_KV_that_looks_like_a_role_is_not_written_over()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.Write("sys/mounts/kv", new JsonObject { ["type"] = "kv", ["options"] = new JsonObject { ["version"] = "1" } });
        lab.Vault.Write("kv/issue/web", new JsonObject { ["value"] = "kept" });

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(new SecretReference("kv/issue/web") { Kind = SecretKind.Generic }));

        Assert.Equal("kept", Encoding.UTF8.GetString(((GenericSecret)found.Secret).Fields["value"].GetSpan()));
        Assert.Equal(0, lab.Node.Count("kv/issue/web", "POST"));
    }
}
