using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Tests.Conformance;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Auth;

/// <summary>How a session comes back when logins, checks and credentials fail, or a token ends otherwise than by its time.</summary>
public sealed class VaultSessionFaultTests
{
    private const string Login = "auth/approle/login";
    private const string Renewal = "auth/token/renew-self";
    private const string LookUp = "auth/token/lookup-self";

    // At rest a poll and the token's life wait for the clock.
    private const int Resting = 2;
    private static readonly SecretReference Web = new("secret/data/web") { Kind = SecretKind.Generic, Property = "value" };

    [Fact]
    public async Task Login_that_was_refused_is_tried_again_long_before_a_rare_poll()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var (roleId, secretId) = bed.AddAppRole("1h");
        var source = bed.CreateSource(options =>
        {
            options.Poll = TimeSpan.FromHours(1);
            options.Auth.AppRole = new VaultAppRoleOptions { RoleId = roleId, SecretId = bed.File.Holding("wrong") };
        });
        var reader = bed.Open(source, Web);
        Assert.IsType<SecretState.Denied>(await reader.NextAsync());

        await bed.AdvanceAsync(TimeSpan.FromMinutes(5), timers: 1);
        var tries = bed.Node.Count(Login);
        bed.File.Write(secretId);
        await bed.AdvanceAsync(TimeSpan.FromSeconds(31), timers: 1);

        Assert.IsType<SecretState.Found>(await reader.NextAsync());
        Assert.InRange(tries, 10, 30);
    }

    [Fact]
    public async Task Login_that_failed_and_is_needed_no_more_hurries_nobody()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var (roleId, secretId) = bed.AddAppRole("1h", """path "secret/data/other" { capabilities = ["read"] }""");
        bed.Node.Break(Renewal, FakeVaultFault.Instead(FakeVaultAnswer.Error(400, "lease is not renewable")));
        var source = bed.CreateSource(options =>
        {
            options.Poll = TimeSpan.FromDays(1);
            options.Auth.AppRole = new VaultAppRoleOptions { RoleId = roleId, SecretId = bed.File.Holding(secretId) };
        });
        await bed.Open(source, Web).NextAsync();
        bed.File.Write("wrong");
        await bed.AdvanceAsync(TimeSpan.FromMinutes(50), Resting);
        bed.Node.Heal(Renewal);
        await bed.AdvanceAsync(TimeSpan.FromMinutes(1), Resting);

        await source.RefreshAsync();
        var asked = bed.Node.Count(Web.Key);
        await bed.AdvanceAsync(TimeSpan.FromMinutes(30), Resting);

        Assert.Equal(asked, bed.Node.Count(Web.Key));
    }

    [Fact]
    public async Task Another_trouble_with_the_login_is_logged_too()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var (roleId, _) = bed.AddAppRole("1h");
        bed.Node.Break(Login, FakeVaultFault.Page(502));
        var source = bed.CreateSource(options => options.Auth.AppRole = new VaultAppRoleOptions { RoleId = roleId, SecretId = bed.File.Holding("wrong") });
        var reader = bed.Open(source, Web);
        await reader.NextAsync();

        bed.Node.Heal(Login);
        await bed.AdvanceAsync(TimeSpan.FromMinutes(2), timers: 1);

        Assert.True(bed.Logs.Contains("invalid role or secret ID"));
        Assert.Equal(2, bed.Logs.EventIds.Count(static id => id == 2702));
    }

    [Fact]
    public async Task Login_that_failed_a_moment_ago_is_not_tried_for_the_next_name()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var (roleId, _) = bed.AddAppRole("1h");
        var source = bed.CreateSource(options => options.Auth.AppRole = new VaultAppRoleOptions { RoleId = roleId, SecretId = bed.File.Holding("wrong") });
        await bed.Open(source, Web).NextAsync();

        Assert.IsType<SecretState.Denied>(await bed.Open(source, Web with { Key = "secret/data/other" }).NextAsync());

        Assert.Equal(1, bed.Node.Count(Login));
    }

    [Fact]
    public async Task Login_that_a_server_does_not_answer_is_asked_of_another_at_once()
    {
        await using var bed = await VaultTestbed.StartAsync(nodes: 2);
        bed.Put("web", ("value", "one"));
        bed.Node.Break(Login, FakeVaultFault.HangUp());

        Assert.IsType<SecretState.Found>(await bed.Open(bed.CreateSource(bed.WithAppRole("1h")), Web).NextAsync());
    }

    [Fact]
    public async Task Renewal_that_is_answered_after_another_login_changes_nothing()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("1h"));
        await bed.Open(source, Web).NextAsync();
        await bed.RestAsync(Resting);
        bed.Node.Break(Renewal, FakeVaultFault.Late());
        bed.Clock.Advance(TimeSpan.FromMinutes(40));
        await bed.WhenAnsweredAsync(Renewal);

        RevokeLogins(bed);
        await source.RefreshAsync();
        bed.Node.Heal(Renewal);
        await bed.RestAsync(Resting);
        await source.RefreshAsync();

        Assert.Equal((2, 1), (bed.Node.Count(Login), bed.Node.Count(LookUp)));
    }

    [Fact]
    public async Task Credential_that_never_comes_does_not_keep_a_token_from_its_renewal()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Provider.Set("token", new GenericSecret(SensitiveBytes.Copy(Encoding.ASCII.GetBytes(NewToken(bed, "1h")))));
        var session = bed.CreateSession(new TokenVaultAuth(SecretCredential.FromSecret("token"), new CredentialReader("vault", () => bed.Provider), bed.Clock));
        await session.SendAsync(VaultRequest.Get("secret/data/web"), CancellationToken.None);
        bed.Provider.SetStatus("token", SecretStatus.Pending);
        await bed.RestAsync(timers: 1);

        bed.Clock.Advance(TimeSpan.FromMinutes(40));
        await bed.Clock.WaitForTimersAsync();
        bed.Clock.Advance(AskingClock.TimeOut);
        await bed.RestAsync(timers: 1);

        Assert.Equal(1, bed.Node.Count(Renewal));
    }

    [Fact]
    public async Task Token_of_which_less_than_half_is_left_is_renewed()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var token = NewToken(bed, "1h");
        bed.Clock.Advance(TimeSpan.FromMinutes(40));
        var credential = bed.File.Holding(token);
        var reader = bed.Open(bed.CreateSource(options => options.Auth.Token = credential), Web);
        await reader.NextAsync();

        await bed.AdvanceAsync(TimeSpan.FromHours(2), Resting);

        Assert.Single(reader.History);
        Assert.False(reader.HasNews);
        Assert.InRange(bed.Node.Count(Renewal), 2, 5);
    }

    [Fact]
    public async Task Old_token_serves_until_its_end_while_the_login_is_refused()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var source = bed.CreateSource(bed.WithAppRole("1h", more: new JsonObject { ["token_type"] = "batch" }));
        var reader = bed.Open(source, Web);
        await reader.NextAsync();
        bed.File.Write("wrong");

        await bed.AdvanceAsync(TimeSpan.FromMinutes(58), Resting);
        Assert.False(reader.HasNews);
        Assert.True(bed.Node.Count(Login) > 2);
        await bed.AdvanceAsync(TimeSpan.FromMinutes(3), Resting);

        Assert.IsType<SecretState.Denied>(await reader.NextAsync());
    }

    [Fact]
    public async Task Token_that_may_not_look_itself_up_serves_and_is_left_alone()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        bed.Vault.Root.Policies["default"] = string.Empty;
        var credential = bed.File.Holding(NewToken(bed, "100h"));
        var reader = bed.Open(bed.CreateSource(options => options.Auth.Token = credential), Web);
        Assert.IsType<SecretState.Found>(await reader.NextAsync());

        await bed.AdvanceAsync(TimeSpan.FromHours(1), Resting);

        Assert.Equal((1, 0), (bed.Node.Count(LookUp), bed.Node.Count(Renewal)));
        Assert.False(reader.HasNews);
    }

    [Fact]
    public async Task Token_of_a_login_is_left_to_end_by_itself()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("1h"));
        await bed.Open(source, Web).NextAsync();
        var asked = bed.Node.Requests.Count;

        await source.DisposeAsync();

        Assert.Equal(asked, bed.Node.Requests.Count);
        Assert.Single(bed.Vault.Tokens.Alive, static token => token.Path == Login);
    }

    private static string NewToken(VaultTestbed bed, string ttl)
    {
        bed.AsRoot("PUT", "sys/policies/acl/app", new JsonObject { ["policy"] = """path "secret/*" { capabilities = ["read"] }""" });
        return bed.AsRoot("POST", "auth/token/create", new JsonObject { ["ttl"] = ttl, ["policies"] = new JsonArray("app") })!["auth"]!["client_token"]!.ToString();
    }

    private static void RevokeLogins(VaultTestbed bed) => bed.Vault.Change(static vault =>
    {
        foreach (var token in vault.Tokens.Alive.Where(static token => token.Path == Login))
        {
            vault.Tokens.Revoke(token);
        }
    });
}
