using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Engines.Pki;

/// <summary>When a certificate is asked for, kept and revoked.</summary>
public sealed class PkiLifeTests
{
    private static readonly SecretReference Issue = VaultLab.Reference("pki/issue/web", ("common_name", "web.example"));

    [Fact]
    public async Task Certificate_is_not_polled()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        await lab.UntilAsync<SecretState.Found>(lab.Watch(Issue));

        await lab.AdvanceAsync(TimeSpan.FromMinutes(30));

        Assert.Single(pki.Issued);
        Assert.Equal(1, lab.Node.Count("pki/issue/web"));
    }

    [Theory]
    [InlineData("1h")]
    [InlineData("10m")]
    [InlineData("60s")]
    public async Task Certificate_is_renewed_before_its_end_for_as_long_as_it_is_watched(string ttl)
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki", ttl: ttl);
        var life = FakeDuration.Parse(ttl)!.Value;
        var reader = lab.Watch(Issue);
        await lab.UntilAsync<SecretState.Found>(reader);

        for (var i = 0; i < 40; i++)
        {
            await lab.AdvanceAsync(life / 4);
            var latest = Assert.IsType<SecretState.Found>(await lab.LatestAsync(reader));
            Assert.True(((TlsCertificate)latest.Secret).Leaf.NotAfter > lab.Clock.GetUtcNow(), $"The certificate ended before {lab.Clock.GetUtcNow():u}.");
        }

        // Ten lives, each left in its last half.
        Assert.InRange(pki.Issued.Count, 11, 32);
    }

    [Theory]
    [InlineData("1h")]
    [InlineData("5m")]
    [InlineData("60s")]
    public async Task Certificate_is_renewed_before_its_end_through_an_outage_of_two_thirds_of_its_remaining_life(string ttl)
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki", ttl: ttl);
        var reader = lab.Watch(Issue);
        var first = await lab.UntilAsync<SecretState.Found>(reader);
        var end = ((TlsCertificate)first.Secret).Leaf.NotAfter;
        lab.Node.Break("pki/", FakeVaultFault.Page(502));
        var lost = await lab.UntilAsync<SecretState.Unavailable>(reader);
        Assert.Equal(first, lost.LastGood);

        await lab.AdvanceAsync((end - lab.Clock.GetUtcNow()) * 2 / 3);
        Assert.IsType<SecretState.Unavailable>(await lab.LatestAsync(reader));
        lab.Node.Heal("pki/");
        await lab.UntilAsync<SecretState.Found>(reader);

        Assert.True(lab.Clock.GetUtcNow() < end, $"It came at {lab.Clock.GetUtcNow():u}, after {end:u}.");
        Assert.Equal(2, pki.Issued.Count);
    }

    [Fact]
    public async Task Certificate_is_kept_for_the_next_watcher()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        var reader = lab.Watch(Issue);
        var first = await lab.UntilAsync<SecretState.Found>(reader);
        await reader.DisposeAsync();
        await lab.AdvanceAsync(TimeSpan.FromMinutes(10));

        var again = await lab.UntilAsync<SecretState.Found>(lab.Watch(Issue));

        Assert.Same(first, again);
        Assert.Single(pki.Issued);
    }

    [Fact]
    public async Task Refresh_of_the_reference_asks_for_another()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        var reader = lab.Watch(Issue);
        await lab.UntilAsync<SecretState.Found>(reader);

        await lab.Source.RefreshAsync(Issue);
        await lab.Source.RefreshAsync();

        Assert.Equal(2, pki.Issued.Count);
    }

    [Fact]
    public async Task Certificate_is_revoked_at_disposal_when_asked()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        lab.Configure(static options => options.RevokeCertificates = true);
        await lab.UntilAsync<SecretState.Found>(lab.Watch(Issue));
        await lab.UntilAsync<SecretState.Found>(lab.Watch(VaultLab.Reference("pki/issuer/default/sign/web", ("common_name", "other.example"))));

        await lab.Source.DisposeAsync();

        Assert.Equal(pki.Issued.Order(StringComparer.Ordinal), pki.Revoked);
    }

    [Fact]
    public async Task Certificate_stays_valid_after_disposal_when_nothing_is_asked()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        await lab.UntilAsync<SecretState.Found>(lab.Watch(Issue));

        await lab.Source.DisposeAsync();

        Assert.Empty(pki.Revoked);
    }

    [Fact]
    public async Task Refused_revocation_is_logged_with_the_remedy_and_disposal_goes_on()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddPki("pki");
        lab.Configure(static options => options.RevokeCertificates = true);
        await lab.UntilAsync<SecretState.Found>(lab.Watch(Issue));
        lab.Node.Break("pki/revoke", FakeVaultFault.Instead(FakeVaultAnswer.DeniedByPolicy()));

        await lab.Source.DisposeAsync();

        Assert.True(lab.Logs.Contains("grant 'update' on 'pki/revoke'"));
    }

    [Fact]
    public async Task Certificate_with_a_lease_ends_with_it_and_is_replaced_when_the_token_is()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        lab.Vault.AddRole("pki", "leased", new JsonObject { ["allow_any_name"] = true, ["ttl"] = "10h", ["generate_lease"] = true });
        lab.LogInByAppRole("""path "pki/*" { capabilities = ["update"] }""", ttl: "1h", maxTtl: "2h");
        var reader = lab.Watch(Issue with { Key = "pki/issue/leased" });
        var first = await lab.UntilAsync<SecretState.Found>(reader);
        Assert.Equal(((TlsCertificate)first.Secret).Leaf.NotAfter, first.ValidUntil);

        // The token ends for good after two hours, and the certificate with it.
        await lab.AdvanceAsync(TimeSpan.FromHours(2));

        Assert.NotEqual(first.Secret, ((SecretState.Found)await lab.LatestAsync(reader)).Secret);
        Assert.InRange(pki.Issued.Count, 2, 3);
    }

    [Fact]
    public async Task Certificate_with_a_lease_that_arrives_after_the_token_was_replaced_is_replaced_at_once()
    {
        await using var lab = await VaultLab.StartAsync();
        var pki = lab.Vault.AddPki("pki");
        lab.Vault.AddRole("pki", "leased", new JsonObject { ["allow_any_name"] = true, ["ttl"] = "100h", ["generate_lease"] = true });
        lab.LogInByAppRole("""path "pki/*" { capabilities = ["update"] } path "secret/*" { capabilities = ["read"] }""", ttl: "200h");
        var start = lab.Clock.GetUtcNow();
        var reader = await lab.WatchWhileTokenIsReplacedAsync(Issue with { Key = "pki/issue/leased" });
        var late = await lab.UntilAsync<SecretState.Found>(reader);

        var latest = await lab.UntilAsync<SecretState.Found>(reader);

        Assert.NotEqual(late.Secret, latest.Secret);
        Assert.InRange(lab.Clock.GetUtcNow(), start, start + VaultLab.Poll);
        Assert.Equal(2, pki.Issued.Count);
    }
}
