using SecretProviders.Vault.Tests.Conformance;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Engines.Leases;

/// <summary>What becomes of credentials that nobody wants any more, and of those whose token ends.</summary>
public sealed class LeaseReleaseTests
{
    private const string Policy = """path "database/creds/app" { capabilities = ["read"] } path "sys/leases/revoke" { capabilities = ["update"] }""";
    private const int ReleaseFailed = 1002;
    private static readonly SecretReference Creds = new("database/creds/app");

    [Fact]
    public async Task Credentials_are_revoked_at_disposal_whether_watched_or_kept()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase();
        var kept = lab.Watch(Creds with { Property = "username" });
        await lab.UntilAsync<SecretState.Found>(kept);
        await kept.DisposeAsync();
        await lab.UntilAsync<SecretState.Found>(lab.Watch(Creds));

        await lab.Source.DisposeAsync();

        Assert.Equal(2, database.Revoked.Count);
        Assert.Empty(lab.Vault.Leases.Alive);
    }

    [Fact]
    public async Task Credentials_outlive_the_source_when_asked()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase();
        lab.Configure(static options => options.RevokeLeases = false);
        await lab.UntilAsync<SecretState.Found>(lab.Watch(Creds));

        await lab.Source.DisposeAsync();

        Assert.Empty(database.Revoked);
    }

    [Fact]
    public async Task Refused_revocation_is_logged_with_the_remedy_and_disposal_goes_on()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddDatabase();
        lab.LogInByAppRole("""path "database/creds/app" { capabilities = ["read"] }""");
        await lab.UntilAsync<SecretState.Found>(lab.Watch(Creds));

        await lab.Source.DisposeAsync();

        Assert.True(lab.Logs.Contains("grant 'update' on 'sys/leases/revoke'"));
    }

    [Fact]
    public async Task Silent_server_holds_disposal_up_no_longer_than_the_time_out()
    {
        await using var lab = await VaultLab.StartAsync();
        lab.Vault.AddDatabase();
        await lab.UntilAsync<SecretState.Found>(lab.Watch(Creds));
        lab.Node.Break("sys/leases/revoke", FakeVaultFault.Silence());
        var timeout = AskingClock.TimeOut;

        var disposal = lab.Source.DisposeAsync().AsTask();
        while (!disposal.IsCompleted)
        {
            await Task.Yield();
            if (lab.Clock.ActiveDelays.Contains(timeout))
            {
                lab.Clock.Advance(timeout);
            }
        }

        await disposal;
        Assert.Contains(ReleaseFailed, lab.Logs.EventIds);
    }

    [Fact]
    public async Task Refresh_of_the_reference_asks_for_others_and_of_everything_for_none()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase();
        var reader = lab.Watch(Creds);
        var first = await lab.UntilAsync<SecretState.Found>(reader);

        await lab.Source.RefreshAsync();
        Assert.Single(database.Created);
        await lab.Source.RefreshAsync(Creds);

        Assert.Equal(2, database.Created.Count);
        Assert.NotEqual(first.Secret, (await lab.UntilAsync<SecretState.Found>(reader)).Secret);
    }

    [Fact]
    public async Task Credentials_are_replaced_with_the_token_they_were_leased_to()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase("100h");
        lab.LogInByAppRole(Policy, ttl: "1h", maxTtl: "2h");
        var reader = lab.Watch(Creds);
        await lab.UntilAsync<SecretState.Found>(reader);

        for (var i = 0; i < 12; i++)
        {
            await lab.AdvanceAsync(TimeSpan.FromMinutes(20));
            var latest = Assert.IsType<SecretState.Found>(await lab.LatestAsync(reader));
            Assert.Contains(lab.Vault.Leases.Alive, lease => lease.Expires == latest.ValidUntil);
        }

        Assert.InRange(database.Created.Count, 3, 4);
    }

    [Fact]
    public async Task Revoked_token_takes_its_credentials_along_and_both_are_replaced()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase("1h");
        lab.LogInByAppRole(Policy, ttl: "100h");
        var reader = lab.Watch(Creds);
        var first = await lab.UntilAsync<SecretState.Found>(reader);
        lab.Vault.Change(static vault => vault.Tokens.Revoke(vault.Tokens.Alive.Single(static token => token.Path == "auth/approle/login")));

        await lab.UntilAsync<SecretState.Found>(reader, found => !found.Secret.Equals(first.Secret));
        await lab.AdvanceAsync(TimeSpan.FromMinutes(10));

        Assert.Equal(2, database.Created.Count);
        Assert.Equal(2, lab.Node.Count("auth/approle/login"));
        Assert.Single(lab.Vault.Leases.Alive);
    }

    [Theory]
    [InlineData("database/creds/app")]
    [InlineData("database/token/app")]
    public async Task Credentials_that_arrive_after_their_token_was_replaced_are_replaced_at_once(string key)
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase("100h");
        lab.LogInByAppRole("""path "database/*" { capabilities = ["read"] } path "secret/*" { capabilities = ["read"] }""", ttl: "200h");
        var start = lab.Clock.GetUtcNow();
        var reader = await lab.WatchWhileTokenIsReplacedAsync(new SecretReference(key) { Kind = SecretKind.Generic });
        var late = await lab.UntilAsync<SecretState.Found>(reader);

        var latest = await lab.UntilAsync<SecretState.Found>(reader);

        Assert.NotEqual(late.Secret, latest.Secret);
        Assert.InRange(lab.Clock.GetUtcNow(), start, start + VaultLab.Poll);
        await lab.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.Equal(2, database.Created.Count);
        Assert.Equal(latest.ValidUntil, Assert.Single(lab.Vault.Leases.Alive).Expires);
    }

    [Fact]
    public async Task Kept_credentials_whose_token_was_replaced_are_not_given_to_the_next_watcher()
    {
        await using var lab = await VaultLab.StartAsync();
        var database = lab.Vault.AddDatabase("100h");
        lab.LogInByAppRole(Policy, ttl: "1h", maxTtl: "2h");
        var reader = lab.Watch(Creds);
        await lab.UntilAsync<SecretState.Found>(reader);
        await reader.DisposeAsync();
        await lab.AdvanceAsync(TimeSpan.FromHours(2));

        await lab.UntilAsync<SecretState.Found>(lab.Watch(Creds));

        Assert.Equal(2, database.Created.Count);
    }
}
