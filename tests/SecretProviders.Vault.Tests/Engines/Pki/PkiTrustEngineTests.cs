using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Engines.Pki;

public sealed class PkiTrustEngineTests
{
    [Theory]
    [InlineData(nameof(FakeVaultDialect.Vault18), "pki/cert/ca", new[] { "CN=Fake intermediate" })]
    [InlineData(nameof(FakeVaultDialect.OpenBao26), "pki/cert/ca", new[] { "CN=Fake intermediate" })]
    [InlineData(nameof(FakeVaultDialect.Vault18), "pki/cert/ca_chain", new[] { "CN=Fake intermediate", "CN=Fake root" })]
    [InlineData(nameof(FakeVaultDialect.OpenBao26), "pki/cert/ca_chain", new[] { "CN=Fake intermediate", "CN=Fake root" })]
    [InlineData(nameof(FakeVaultDialect.Vault18), "pki/ca_chain", new[] { "CN=Fake intermediate", "CN=Fake root" })]
    [InlineData(nameof(FakeVaultDialect.OpenBao26), "pki/issuer/default", new[] { "CN=Fake intermediate" })]
    [InlineData(nameof(FakeVaultDialect.OpenBao26), "pki/issuer/default/json", new[] { "CN=Fake intermediate" })]
    public async Task Authorities_are_trust(string dialect, string key, string[] expected)
    {
        await using var lab = await VaultLab.StartAsync(Enum.Parse<FakeVaultDialect>(dialect));
        lab.Vault.AddPki("pki", intermediate: true);

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(new SecretReference(key)));

        var trust = Assert.IsType<ValidationContext>(found.Secret);
        Assert.Equal(expected, trust.TrustAnchors.Select(static anchor => anchor.Subject));
        Assert.False(found.Minted);
        Assert.Equal(new SecretOrigin("vault") { Location = key }, found.Origin);
    }

    [Theory]
    [InlineData(nameof(FakeVaultDialect.Vault18))]
    [InlineData(nameof(FakeVaultDialect.OpenBao26))]
    public async Task Chain_of_a_root_is_the_root(string dialect)
    {
        await using var lab = await VaultLab.StartAsync(Enum.Parse<FakeVaultDialect>(dialect));
        lab.Vault.AddPki("pki");

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(new SecretReference("pki/ca_chain")));

        Assert.Equal("CN=Fake root", Assert.Single(((ValidationContext)found.Secret).TrustAnchors).Subject);
    }

    [Theory]
    [InlineData(nameof(FakeVaultDialect.Vault18))]
    [InlineData(nameof(FakeVaultDialect.OpenBao26))]
    public async Task Revocation_list_comes_with_the_authority_that_made_it(string dialect)
    {
        await using var lab = await VaultLab.StartAsync(Enum.Parse<FakeVaultDialect>(dialect));
        lab.Vault.AddPki("pki", intermediate: true);

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(new SecretReference("pki/cert/crl")));

        var trust = Assert.IsType<ValidationContext>(found.Secret);
        Assert.Equal("CN=Fake intermediate", Assert.Single(trust.TrustAnchors).Subject);
        Assert.Single(trust.RevocationLists);
        Assert.True(trust.OnlyVerifyLeafRevocation);
    }

    [Fact]
    public async Task Replaced_authority_arrives_with_the_next_poll()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        var reader = lab.Watch(new SecretReference("pki/cert/ca"));
        await lab.UntilAsync<SecretState.Found>(reader);
        var before = lab.Clock.GetUtcNow();
        lab.Vault.Change(_ => pki.ReplaceAuthority("Next root"));

        var next = await lab.UntilAsync<SecretState.Found>(reader);

        Assert.Equal("CN=Next root", Assert.Single(((ValidationContext)next.Secret).TrustAnchors).Subject);
        Assert.InRange(lab.Clock.GetUtcNow() - before, TimeSpan.Zero, VaultLab.Poll + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Same_authority_is_said_once()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        var reader = lab.Watch(new SecretReference("pki/cert/ca_chain"));
        await lab.UntilAsync<SecretState.Found>(reader);

        await lab.AdvanceAsync(TimeSpan.FromMinutes(5));
        await lab.LatestAsync(reader);

        Assert.Single(reader.History);
        Assert.InRange(lab.Node.Count("pki/cert/ca_chain"), 9, 13);
    }

    [Fact]
    public async Task List_of_another_authority_is_never_served_with_this_one()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        var reader = lab.Watch(new SecretReference("pki/cert/crl"));
        var found = await lab.UntilAsync<SecretState.Found>(reader);
        var list = lab.Vault.AsRoot("GET", "pki/cert/crl");
        lab.Vault.Change(_ => pki.ReplaceAuthority("Next root"));
        lab.Node.Break("pki/cert/crl", FakeVaultFault.Instead(list));

        var mixed = await lab.UntilAsync<SecretState.Unavailable>(reader);
        Assert.Equal(found, mixed.LastGood);
        lab.Node.Heal("pki/cert/crl");

        Assert.Equal("CN=Next root", ((ValidationContext)(await lab.UntilAsync<SecretState.Found>(reader)).Secret).TrustAnchors[0].Subject);
    }

    [Theory]
    [InlineData("pki/cert/ca")]
    [InlineData("pki/cert/ca_chain")]
    [InlineData("pki/cert/crl")]
    public async Task Engine_without_an_authority_has_no_trust(string key)
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.Write("sys/mounts/pki", new JsonObject { ["type"] = "pki" });

        Assert.IsType<SecretState.NotFound>(await lab.UntilAsync<SecretState>(lab.Watch(new SecretReference(key))));
    }

    [Theory]
    [InlineData(SecretKind.TlsCertificate)]
    [InlineData(SecretKind.Generic)]
    [InlineData(SecretKind.SessionTicketKeys)]
    public async Task Trust_is_no_other_kind(SecretKind kind)
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(new SecretReference("pki/cert/ca") { Kind = kind }));

        Assert.Equal(SecretProblemCode.WrongKind, invalid.Problem.Code);
    }

    [Theory]
    [InlineData("kv/cert/ca")]
    [InlineData("kv/ca_chain")]
    [InlineData("kv/team/issuer/web")]
    public async Task Secret_of_KV_with_such_a_name_is_read_as_it_is(string key)
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.Write("sys/mounts/kv", new JsonObject { ["type"] = "kv", ["options"] = new JsonObject { ["version"] = "1" } });
        lab.Vault.Write(key, new JsonObject { ["certificate"] = "mine" });

        var found = await lab.UntilAsync<SecretState.Found>(lab.Watch(new SecretReference(key) { Kind = SecretKind.Generic }));

        Assert.Equal(["certificate"], ((GenericSecret)found.Secret).Fields.Keys);
    }

    [Fact]
    public async Task Refusal_says_what_to_grant()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        lab.Node.Break("pki/cert/ca", FakeVaultFault.Instead(FakeVaultAnswer.DeniedByPolicy()));

        var denied = await lab.UntilAsync<SecretState.Denied>(lab.Watch(new SecretReference("pki/cert/crl")));

        Assert.Contains("grant 'read'", denied.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Authority_that_is_no_certificate_is_Invalid()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Node.Break("pki/", FakeVaultFault.Instead(FakeVaultAnswer.Ok(new JsonObject { ["certificate"] = "nonsense", ["revocation_time"] = 0 })));

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(new SecretReference("pki/cert/ca")));

        Assert.Equal(SecretProblemCode.Malformed, invalid.Problem.Code);
    }
}
