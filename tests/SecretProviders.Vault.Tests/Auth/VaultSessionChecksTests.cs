using SecretProviders.Testing;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Auth;

/// <summary>How a session tells a policy's refusal from a dead token, whoever else asks at the same time.</summary>
public sealed class VaultSessionChecksTests
{
    private const string Login = "auth/approle/login";
    private const string LookUp = "auth/token/lookup-self";

    // At rest a poll and the token's life wait for the clock.
    private const int Resting = 2;
    private static readonly SecretReference Web = new("secret/data/web") { Kind = SecretKind.Generic, Property = "value" };

    [Fact]
    public async Task Refusal_that_nobody_can_explain_is_no_lack_of_permission()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var source = bed.CreateSource(bed.WithAppRole("1h"));
        var reader = bed.Open(source, Web);
        await reader.NextAsync();
        bed.Node.Break(LookUp, FakeVaultFault.HangUp());
        RevokeLogins(bed);

        await source.RefreshAsync();
        Assert.IsType<SecretState.Unavailable>(await reader.NextAsync());
        bed.Node.Heal(LookUp);
        await bed.AdvanceAsync(TimeSpan.FromSeconds(1), Resting);

        Assert.IsType<SecretState.Found>(await reader.NextAsync());
    }

    [Fact]
    public async Task Token_that_is_used_up_is_replaced_before_anybody_notices()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var source = bed.CreateSource(bed.WithAppRole("1h"));
        var reader = bed.Open(source, Web);
        await reader.NextAsync();
        bed.Vault.Change(static vault => vault.Tokens.Alive.Single(static token => token.Path == Login).Uses = 1);

        await source.RefreshAsync();
        await source.RefreshAsync();
        bed.Put("web", ("value", "two"));
        await source.RefreshAsync();

        await reader.NextAsync();
        Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
        Assert.Equal(2, bed.Node.Count(Login));
    }

    [Fact]
    public async Task Refusals_that_come_after_the_token_proved_dead_cost_no_look()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("1h"));
        var late = Enumerable.Range(0, 30).Select(index => bed.Open(source, Web with { Key = $"secret/data/late/{index}" })).ToArray();
        await Task.WhenAll([bed.Open(source, Web).NextAsync(), .. late.Select(static reader => reader.NextAsync())]);
        RevokeLogins(bed);

        bed.Node.Break("secret/data/late/", FakeVaultFault.Late());
        bed.Node.Break(Login, FakeVaultFault.Late());
        var refreshes = Enumerable.Range(0, 30).Select(index => source.RefreshAsync(Web with { Key = $"secret/data/late/{index}" }).AsTask()).ToList();
        await bed.WhenAnsweredAsync("secret/data/late/", times: 60);
        refreshes.Add(source.RefreshAsync(Web).AsTask());
        await bed.WhenAnsweredAsync(Login, times: 2);
        bed.Node.Heal("secret/data/late/");
        bed.Node.Heal(Login);
        await Task.WhenAll(refreshes);

        Assert.Equal((1, 2), (bed.Node.Count(LookUp), bed.Node.Count(Login)));
    }

    [Fact]
    public async Task Look_that_began_before_a_refusal_does_not_explain_it()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("1h", """path "secret/data/app/*" { capabilities = ["read"] }"""));
        var readers = Enumerable.Range(0, 30).Select(index => bed.Open(source, Web with { Key = $"secret/data/app/{index}" })).ToArray();
        await Task.WhenAll(readers.Select(static reader => reader.NextAsync()));
        bed.Node.Break(LookUp, FakeVaultFault.Late());
        var refused = bed.Open(source, Web with { Key = "secret/data/refused" }).NextAsync();
        await bed.WhenAnsweredAsync(LookUp);

        RevokeLogins(bed);
        var refresh = source.RefreshAsync().AsTask();
        await bed.WhenAnsweredAsync("secret/data/app/", times: 60);
        bed.Node.Heal(LookUp);
        await Task.WhenAll(refused, refresh);

        Assert.All(readers, static reader => Assert.False(reader.HasNews));
        Assert.Equal(2, bed.Node.Count(Login));
    }

    [Fact]
    public async Task Token_that_lapses_under_many_names_costs_one_login_and_few_checks()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("1h"));
        var readers = Enumerable.Range(0, 200).Select(index => bed.Open(source, Web with { Key = $"secret/data/web{index}" })).ToArray();
        await Task.WhenAll(readers.Select(static reader => reader.NextAsync()));

        RevokeLogins(bed);
        await source.RefreshAsync();

        Assert.Equal(2, bed.Node.Count(Login));
        Assert.Equal(1, bed.Node.Count(LookUp));
        Assert.All(readers, static reader => Assert.False(reader.HasNews));
    }

    private static void RevokeLogins(VaultTestbed bed) => bed.Vault.Change(static vault =>
    {
        foreach (var token in vault.Tokens.Alive.Where(static token => token.Path == Login))
        {
            vault.Tokens.Revoke(token);
        }
    });
}
