using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Auth;

/// <summary>How a source stays logged in, seen from its secrets and from the server.</summary>
public sealed class VaultSessionTests
{
    private const string Login = "auth/approle/login";
    private const string Renewal = "auth/token/renew-self";
    private const string LookUp = "auth/token/lookup-self";

    // At rest a poll and the token's life wait for the clock.
    private const int Resting = 2;
    private static readonly SecretReference Web = new("secret/data/web") { Kind = SecretKind.Generic, Property = "value" };

    [Fact]
    public async Task Token_of_five_seconds_serves_ten_minutes_with_one_login_and_no_gap()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var reader = bed.Open(bed.CreateSource(bed.WithAppRole("5s")), Web);
        await reader.NextAsync();

        await bed.AdvanceAsync(TimeSpan.FromMinutes(10), Resting);
        bed.Put("web", ("value", "two"));
        await bed.AdvanceAsync(TimeSpan.FromSeconds(31), Resting);

        Assert.Equal("two"u8.ToArray(), Value(await reader.NextAsync()));
        Assert.Equal(2, reader.History.Length);
        Assert.Equal(1, bed.Node.Count(Login));
        Assert.DoesNotContain(bed.Node.Answers, static answer => answer.Status >= 400);
        Assert.InRange(bed.Node.Count(Renewal), (600 + 31) / 5, (600 + 31) / 2.5);
    }

    [Fact]
    public async Task Many_readers_wait_for_one_login()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("1h"));
        var readers = Enumerable.Range(0, 20).Select(index => bed.Open(source, Web with { Key = $"secret/data/web{index}" })).ToArray();

        await Task.WhenAll(readers.Select(static reader => reader.NextAsync()));

        Assert.Equal(1, bed.Node.Count(Login));
    }

    [Fact]
    public async Task Token_revoked_in_mid_flight_is_replaced_before_anybody_notices()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var source = bed.CreateSource(bed.WithAppRole("1h"));
        var reader = bed.Open(source, Web);
        await reader.NextAsync();

        RevokeLogins(bed);
        bed.Put("web", ("value", "two"));
        await source.RefreshAsync();
        await reader.NextAsync();

        Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
        Assert.Equal(2, bed.Node.Count(Login));
        Assert.Contains(2705, bed.Logs.EventIds);
    }

    [Fact]
    public async Task Policy_that_refuses_does_not_cost_a_login()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var source = bed.CreateSource(bed.WithAppRole("1h", """path "secret/data/other" { capabilities = ["read"] }"""));

        var state = await bed.Open(source, Web).NextAsync();

        Assert.Contains("'read' on 'secret/data/web'", Assert.IsType<SecretState.Denied>(state).Remedy, StringComparison.Ordinal);
        Assert.Equal(1, bed.Node.Count(Login));
    }

    [Fact]
    public async Task Token_that_may_not_look_itself_up_is_not_taken_for_dead()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Vault.Root.Policies["default"] = string.Empty;
        var source = bed.CreateSource(bed.WithAppRole("1h", """path "secret/data/other" { capabilities = ["read"] }"""));

        Assert.IsType<SecretState.Denied>(await bed.Open(source, Web).NextAsync());

        Assert.Equal((1, 1), (bed.Node.Count(Login), bed.Node.Count(LookUp)));
    }

    [Fact]
    public async Task Refused_login_is_Denied_and_is_not_tried_with_every_read()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var (roleId, _) = bed.AddAppRole("1h");
        var source = bed.CreateSource(options => options.Auth.AppRole = new VaultAppRoleOptions { RoleId = roleId, SecretId = bed.File.Holding("wrong") });
        var readers = Enumerable.Range(0, 20).Select(index => bed.Open(source, Web with { Key = $"secret/data/web{index}" })).ToArray();

        var states = await Task.WhenAll(readers.Select(static reader => reader.NextAsync()));

        Assert.All(states, static state => Assert.Contains("invalid role or secret ID", Assert.IsType<SecretState.Denied>(state).Remedy, StringComparison.Ordinal));
        Assert.Equal(1, bed.Node.Count(Login));
        Assert.Single(bed.Logs.EventIds, 2702);
    }

    [Fact]
    public async Task Login_that_succeeds_again_is_found_by_itself()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var (roleId, secretId) = bed.AddAppRole("1h");
        var source = bed.CreateSource(options => options.Auth.AppRole = new VaultAppRoleOptions { RoleId = roleId, SecretId = bed.File.Holding("wrong") });
        var reader = bed.Open(source, Web);
        await reader.NextAsync();

        bed.File.Write(secretId);
        await bed.AdvanceAsync(TimeSpan.FromSeconds(31), timers: 1);

        await reader.WaitForAsync<SecretState.Found>();
    }

    [Theory]
    [InlineData("""{ "token_max_ttl": "20s" }""")]
    [InlineData("""{ "token_type": "batch" }""")]
    public async Task Token_that_cannot_live_longer_is_replaced_before_its_end(string role)
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var reader = bed.Open(bed.CreateSource(bed.WithAppRole("10s", more: (JsonObject)JsonNode.Parse(role)!)), Web);
        await reader.NextAsync();

        await bed.AdvanceAsync(TimeSpan.FromMinutes(5), Resting);

        Assert.Single(reader.History);
        Assert.False(reader.HasNews);
        Assert.InRange(bed.Node.Count(Login), 5, 60);
        Assert.DoesNotContain(bed.Node.Answers, static answer => answer.Status == 403);
    }

    [Fact]
    public async Task Renewal_that_is_refused_means_a_login()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        bed.Node.Break(Renewal, FakeVaultFault.Instead(FakeVaultAnswer.Error(400, "lease is not renewable")));
        var reader = bed.Open(bed.CreateSource(bed.WithAppRole("1m")), Web);
        await reader.NextAsync();

        await bed.AdvanceAsync(TimeSpan.FromMinutes(1), Resting);

        Assert.Equal(2, bed.Node.Count(Login));
        Assert.Contains(2703, bed.Logs.EventIds);
        Assert.False(reader.HasNews);
    }

    [Fact]
    public async Task Renewal_without_an_answer_is_tried_again_and_the_token_serves_on()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var reader = bed.Open(bed.CreateSource(bed.WithAppRole("1h")), Web);
        await reader.NextAsync();
        bed.Node.Break(Renewal, FakeVaultFault.HangUp());

        await bed.AdvanceAsync(TimeSpan.FromMinutes(45), Resting);
        var tries = bed.Node.Count(Renewal);
        bed.Node.Heal(Renewal);
        await bed.AdvanceAsync(TimeSpan.FromMinutes(2), Resting);

        Assert.InRange(tries, 3, 60);
        Assert.Equal(tries + 1, bed.Node.Count(Renewal));
        Assert.Equal(1, bed.Node.Count(Login));
        Assert.False(reader.HasNews);
    }

    [Fact]
    public async Task Token_that_lapses_in_an_outage_is_replaced_when_it_ends()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var reader = bed.Open(bed.CreateSource(bed.WithAppRole("10s")), Web);
        var found = await reader.NextAsync();
        bed.Node.Break(string.Empty, FakeVaultFault.HangUp());

        await bed.AdvanceAsync(TimeSpan.FromMinutes(5), Resting);
        var lost = await reader.NextAsync();
        bed.Node.Heal(string.Empty);
        await bed.AdvanceAsync(TimeSpan.FromMinutes(2), Resting);

        Assert.Equal(found, Assert.IsType<SecretState.Unavailable>(lost).LastGood);
        Assert.Equal(found, await reader.WaitForAsync<SecretState.Found>());
        Assert.Equal(2, bed.Node.Answers.Count(static answer => answer.Request.Path == Login && answer.Status == 200));
    }

    [Fact]
    public async Task Source_that_is_disposed_while_it_logs_in_is_quiet()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Node.Break(Login, FakeVaultFault.Silence());
        var source = bed.CreateSource(bed.WithAppRole("1h"));
        var reading = bed.Open(source, Web).TryNextAsync();

        await source.DisposeAsync();

        Assert.Null(await reading);
        Assert.Equal(0, bed.Clock.ActiveTimers);
        Assert.DoesNotContain(2702, bed.Logs.EventIds);
    }

    [Fact]
    public async Task Token_is_in_no_log_line()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("1m"));
        await bed.Open(source, Web).NextAsync();

        await bed.AdvanceAsync(TimeSpan.FromMinutes(2), Resting);

        Assert.All(bed.Vault.Tokens.Alive, token => Assert.True(token.Id == FakeVault.RootToken || !bed.Logs.Contains(token.Id)));
    }

    [Theory]
    [InlineData("1 error occurred:\n\t* permission denied\n\n", true)]
    [InlineData("permission denied", false)]
    [InlineData("2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n", false)]
    public void Refusal_by_a_policy_is_told_from_a_dead_token_in_the_words_of_every_version(string words, bool expected)
    {
        var body = VaultJson.Text(new JsonObject { ["errors"] = new JsonArray(words) }.ToJsonString());

        Assert.True(VaultResponseReader.TryRead(403, "Vault", body, out var response));
        Assert.Equal(expected, VaultSession.IsPolicy(response));
    }

    private static byte[] Value(SecretState state) =>
        Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(state).Secret).Value!.Memory.ToArray();

    private static void RevokeLogins(VaultTestbed bed) => bed.Vault.Change(static vault =>
    {
        foreach (var token in vault.Tokens.Alive.Where(static token => token.Path == Login))
        {
            vault.Tokens.Revoke(token);
        }
    });
}
