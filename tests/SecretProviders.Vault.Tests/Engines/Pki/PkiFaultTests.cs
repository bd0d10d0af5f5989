using System.Text.Json.Nodes;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Engines.Pki;

/// <summary>What goes wrong on the way to a certificate.</summary>
public sealed class PkiFaultTests
{
    private static readonly SecretReference Issue = VaultLab.Reference("pki/issue/web", ("common_name", "web.example"));

    [Theory]
    [InlineData("common_name", "evil.com", "common name evil.com not allowed by this role")]
    [InlineData("alt_names", "evil.com", "subject alternate name evil.com not allowed by this role")]
    [InlineData("uri_sans", "spiffe://other/x", "URI Subject Alternative Names")]
    public async Task Name_that_the_role_forbids_is_Invalid_with_Vaults_own_words(string parameter, string value, string words)
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        lab.Vault.AddRole("pki", "narrow", new JsonObject { ["allowed_domains"] = new JsonArray("example"), ["allow_subdomains"] = true, ["allowed_uri_sans"] = new JsonArray("spiffe://example/*") });
        var reference = Issue with { Key = "pki/issue/narrow", Parameters = Issue.Parameters.SetItem(parameter, value) };

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(reference));

        Assert.Equal(SecretProblemCode.BadName, invalid.Problem.Code);
        Assert.Contains(words, invalid.Problem.Message, StringComparison.Ordinal);
        Assert.Contains("what the role allows", invalid.Problem.Message, StringComparison.Ordinal);
        Assert.Empty(pki.Issued);
    }

    [Fact]
    public async Task Role_that_forbids_the_name_later_takes_nothing_away()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        var reader = lab.Watch(Issue);
        var found = await lab.UntilAsync<SecretState.Found>(reader);
        lab.Vault.AddRole("pki", "web", new JsonObject { ["allowed_domains"] = new JsonArray("other") });

        var invalid = await lab.UntilAsync<SecretState.Invalid>(reader);
        Assert.Equal(found, invalid.LastGood);
        lab.Vault.AddRole("pki", "web", new JsonObject { ["allow_any_name"] = true });

        Assert.NotEqual(found.Secret, (await lab.UntilAsync<SecretState.Found>(reader)).Secret);
    }

    [Theory]
    [InlineData("pki/issue/none", "unknown role: none")]
    [InlineData("nowhere/issue/web", "no handler for route")]
    public async Task Path_that_is_not_there_is_Invalid_with_Vaults_own_words(string key, string words)
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(Issue with { Key = key }));

        Assert.Contains(words, invalid.Problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(FakeVaultDialect.Vault18), typeof(SecretState.Unavailable))]
    [InlineData(nameof(FakeVaultDialect.OpenBao26), typeof(SecretState.Invalid))]
    public async Task Bad_ttl_is_told_as_each_version_tells_it(string dialect, Type expected)
    {
        await using var lab = await VaultLab.StartAsync(Enum.Parse<FakeVaultDialect>(dialect));
        lab.Vault.AddPki("pki");

        var state = await lab.UntilAsync<SecretState>(lab.Watch(Issue with { Parameters = Issue.Parameters.Add("ttl", "xyz") }));

        Assert.IsType(expected, state);
        Assert.Contains("field \"ttl\"", state.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_without_an_authority_is_Unavailable_with_Vaults_own_words()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.Write("sys/mounts/pki", new JsonObject { ["type"] = "pki" });
        lab.Vault.AddRole("pki", "web", new JsonObject { ["allow_any_name"] = true });

        var unavailable = await lab.UntilAsync<SecretState.Unavailable>(lab.Watch(Issue));

        Assert.Contains("could not fetch the CA certificate", unavailable.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clock_that_is_ahead_by_more_than_a_life_is_named_and_fills_no_store()
    {
        await using var lab = await VaultLab.StartAsync(ahead: TimeSpan.FromHours(2));
        var pki = lab.Vault.AddPki("pki", ttl: "1h");
        var reader = lab.Watch(Issue);

        var invalid = await lab.UntilAsync<SecretState.Invalid>(reader);
        Assert.Equal(SecretProblemCode.Expired, invalid.Problem.Code);
        Assert.Contains("correct the clock", invalid.Problem.Message, StringComparison.Ordinal);
        await lab.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.InRange(pki.Issued.Count, 2, 14);
    }

    [Fact]
    public async Task Clock_that_is_a_little_ahead_only_renews_earlier()
    {
        await using var lab = await VaultLab.StartAsync(ahead: TimeSpan.FromMinutes(20));
        var pki = lab.Vault.AddPki("pki", ttl: "1h");
        var reader = lab.Watch(Issue);
        await lab.UntilAsync<SecretState.Found>(reader);

        await lab.AdvanceAsync(TimeSpan.FromHours(2));

        Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
        Assert.InRange(pki.Issued.Count, 2, 16);
    }

    [Fact]
    public async Task Clock_that_is_ahead_by_most_of_a_life_gets_no_more_than_what_is_left_needs()
    {
        await using var lab = await VaultLab.StartAsync(ahead: TimeSpan.FromMinutes(54));
        var pki = lab.Vault.AddPki("pki", ttl: "1h");
        var reader = lab.Watch(Issue);
        await lab.UntilAsync<SecretState.Found>(reader);

        await lab.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
        Assert.InRange(pki.Issued.Count, 12, 24);
    }

    [Fact]
    public async Task Page_of_a_proxy_is_an_outage_and_nothing_of_it_is_repeated()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        lab.Node.Break("pki/", FakeVaultFault.Page(403, "<html>who are you</html>"));

        var unavailable = await lab.UntilAsync<SecretState.Unavailable>(lab.Watch(Issue));

        Assert.Contains("text/html", unavailable.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("who are you", unavailable.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_is_cut_in_half_is_an_outage()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        lab.Node.Break("pki/", FakeVaultFault.CutBody());
        var reader = lab.Watch(Issue);

        await lab.UntilAsync<SecretState.Unavailable>(reader);
        lab.Node.Heal("pki/");

        await lab.UntilAsync<SecretState.Found>(reader);
    }

    [Fact]
    public async Task Answer_of_another_engine_is_Invalid_and_not_asked_for_at_each_poll()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        lab.Node.Break("pki/", FakeVaultFault.Instead(FakeVaultAnswer.Ok(new JsonObject { ["signed_key"] = "ssh" })));

        var invalid = await lab.UntilAsync<SecretState.Invalid>(lab.Watch(Issue));
        Assert.Equal(SecretProblemCode.Malformed, invalid.Problem.Code);
        await lab.AdvanceAsync(TimeSpan.FromMinutes(20));

        Assert.InRange(lab.Node.Count("pki/issue/web"), 4, 5);
    }

    [Fact]
    public async Task Server_that_is_sealed_while_renewing_keeps_the_certificate()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        var reader = lab.Watch(Issue);
        var found = await lab.UntilAsync<SecretState.Found>(reader);
        lab.Node.Sealed = true;

        var unavailable = await lab.UntilAsync<SecretState.Unavailable>(reader);
        Assert.Equal(found, unavailable.LastGood);
        Assert.Contains("sealed", unavailable.Error, StringComparison.Ordinal);
        lab.Node.Sealed = false;

        Assert.NotEqual(found.Secret, (await lab.UntilAsync<SecretState.Found>(reader)).Secret);
    }

    [Fact]
    public async Task Permission_that_is_lost_on_one_path_harms_no_other()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        lab.Vault.AddRole("pki", "other", new JsonObject { ["allow_any_name"] = true, ["ttl"] = "1h" });
        lab.LogInByAppRole("""path "pki/issue/web" { capabilities = ["update"] } path "pki/issue/other" { capabilities = ["update"] }""", ttl: "100h");
        var lost = lab.Watch(Issue);
        var kept = lab.Watch(Issue with { Key = "pki/issue/other" });
        var found = await lab.UntilAsync<SecretState.Found>(lost);
        await lab.UntilAsync<SecretState.Found>(kept);
        lab.Vault.Write("sys/policies/acl/app", new JsonObject { ["policy"] = """path "pki/issue/other" { capabilities = ["update"] }""" });

        var denied = await lab.UntilAsync<SecretState.Denied>(lost);
        await lab.AdvanceAsync(TimeSpan.FromMinutes(50));

        Assert.Equal(found, denied.LastGood);
        Assert.Contains("grant 'update' on 'pki/issue/web'", denied.Remedy, StringComparison.Ordinal);
        await lab.LatestAsync(kept);
        Assert.All(kept.History, static state => Assert.IsType<SecretState.Found>(state));
        Assert.True(kept.History.Length > 1);
        Assert.Equal(1, lab.Node.Count("auth/approle/login"));
    }

    [Fact]
    public async Task Token_that_is_revoked_in_mid_flight_is_replaced_and_the_certificate_comes()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        lab.LogInByAppRole("""path "pki/*" { capabilities = ["update"] }""", ttl: "100h");
        var reader = lab.Watch(Issue);
        await lab.UntilAsync<SecretState.Found>(reader);
        lab.Vault.Change(static vault => vault.Tokens.Revoke(vault.Tokens.Alive.Single(static token => token.Path == "auth/approle/login")));

        await lab.UntilAsync<SecretState.Found>(reader);

        Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
        Assert.Equal(2, pki.Issued.Count);
        Assert.Equal(2, lab.Node.Count("auth/approle/login"));
    }

    [Fact]
    public async Task Question_that_may_have_been_answered_is_not_asked_of_another_server_at_once()
    {
        await using var lab = await VaultLab.StartAsync(nodes: 2);
        lab.Vault.AddPki("pki");
        lab.Node.Break("pki/", FakeVaultFault.HangUp());
        var reader = lab.Watch(Issue);

        await lab.UntilAsync<SecretState.Unavailable>(reader);
        Assert.Equal(0, lab.Nodes[1].Count("pki/issue/web"));

        await lab.UntilAsync<SecretState.Found>(reader);
        Assert.Equal(1, lab.Nodes[1].Count("pki/issue/web"));
    }

    [Fact]
    public async Task Server_that_refuses_connections_is_left_for_another_at_once()
    {
        await using var lab = await VaultLab.StartAsync(nodes: 2);
        lab.Vault.AddPki("pki");
        var source = lab.Source;
        await lab.Node.StopAsync();

        var reader = lab.Watch(Issue);
        await lab.UntilAsync<SecretState.Found>(reader);

        Assert.Single(reader.History);
        Assert.NotNull(source);
    }
}
