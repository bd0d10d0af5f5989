using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Auth;

public sealed class TokenVaultAuthTests
{
    private static readonly SecretReference Web = new("secret/data/web") { Kind = SecretKind.Generic, Property = "value" };

    [Fact]
    public async Task Life_of_a_token_is_what_is_left_of_it()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var auth = Create(bed, NewToken(bed, "1h"));
        bed.Clock.Advance(TimeSpan.FromMinutes(20));

        var token = await auth.LogInAsync(bed.CreateClient(), CancellationToken.None);

        Assert.Equal((TimeSpan.FromMinutes(40), TimeSpan.FromMinutes(40), true), (token.Ttl, token.FullTtl, token.Renewable));
    }

    [Theory]
    [InlineData(0, 60, 0)]
    [InlineData(long.MaxValue, long.MaxValue, 36500L * 24 * 3600)]
    [InlineData(-5, 60, 0)]
    public async Task Life_of_a_token_is_neither_without_end_nor_absurd(long ttl, long creationTtl, long seconds)
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Node.Break("auth/token/", FakeVaultFault.Instead(FakeVaultAnswer.Ok(new JsonObject { ["ttl"] = ttl, ["creation_ttl"] = creationTtl, ["renewable"] = true })));

        var token = await Create(bed, "s.token").LogInAsync(bed.CreateClient(), CancellationToken.None);

        Assert.Equal(TimeSpan.FromSeconds(seconds), token.Ttl);
    }

    [Fact]
    public async Task Root_token_has_no_end()
    {
        await using var bed = await VaultTestbed.StartAsync();

        Assert.Null((await Create(bed, FakeVault.RootToken).LogInAsync(bed.CreateClient(), CancellationToken.None)).Ttl);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nfeed")]
    [InlineData("ünïcode")]
    [InlineData("""{"token":"wrapped"}""")]
    public async Task What_is_no_token_is_never_sent(string content)
    {
        await using var bed = await VaultTestbed.StartAsync();

        await Assert.ThrowsAsync<SecretSourceException>(async () => await Create(bed, content).LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Empty(bed.Node.Requests);
    }

    [Fact]
    public async Task Token_that_the_server_does_not_know_is_Denied()
    {
        await using var bed = await VaultTestbed.StartAsync();

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await Create(bed, "s.unknown").LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Equal(SecretErrorCode.Denied, failure.Code);
        Assert.DoesNotContain("s.unknown", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "permission denied", "write a new one")]
    [InlineData(404, "namespace not found", "check the source's address and namespace")]
    public async Task What_is_wrong_with_a_token_is_told_by_the_answer(int status, string words, string remedy)
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Node.Break("auth/token/", FakeVaultFault.Instead(FakeVaultAnswer.Error(status, words)));

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await Create(bed, "s.token").LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_token_of_an_agent_is_taken_up_instead_of_renewing_the_old_one()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var token = bed.File.Holding(NewToken(bed, "1m"));
        var reader = bed.Open(bed.CreateSource(options => options.Auth.Token = token), Web);
        await reader.NextAsync();

        var next = NewToken(bed, "1h");
        bed.File.Write(next);
        await bed.AdvanceAsync(TimeSpan.FromMinutes(5), timers: 2);

        Assert.Equal(next, bed.Node.Requests[^1].Token);
        Assert.Equal(0, bed.Node.Count("auth/token/renew-self"));
        Assert.Single(reader.History);
    }

    [Fact]
    public async Task Token_that_was_revoked_is_replaced_by_what_the_file_holds_then()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var first = NewToken(bed, "1h");
        var token = bed.File.Holding(first);
        var source = bed.CreateSource(options => options.Auth.Token = token);
        var reader = bed.Open(source, Web);
        await reader.NextAsync();

        bed.File.Write(NewToken(bed, "1h"));
        bed.Vault.Change(vault => vault.Tokens.Revoke(vault.Tokens.Find(first)!));
        bed.Put("web", ("value", "two"));
        await source.RefreshAsync();

        Assert.IsType<SecretState.Found>(await reader.NextAsync());
    }

    [Fact]
    public async Task Token_that_is_written_because_the_old_one_may_not_read_is_taken_up_at_once()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var token = bed.File.Holding(NewToken(bed, "1h", "default"));
        var source = bed.CreateSource(options => options.Auth.Token = token);
        var reader = bed.Open(source, Web);
        Assert.IsType<SecretState.Denied>(await reader.NextAsync());

        bed.File.Write(NewToken(bed, "1h"));
        await source.RefreshAsync();

        Assert.IsType<SecretState.Found>(await reader.NextAsync());
    }

    [Fact]
    public async Task Old_token_serves_on_where_the_one_that_is_written_is_none()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        bed.Put("other", ("value", "one"));
        bed.AsRoot("PUT", "sys/policies/acl/other", new JsonObject { ["policy"] = """path "secret/data/other" { capabilities = ["read"] }""" });
        var token = bed.File.Holding(NewToken(bed, "1h", "other"));
        var source = bed.CreateSource(options => options.Auth.Token = token);
        var denied = bed.Open(source, Web);
        var other = bed.Open(source, Web with { Key = "secret/data/other" });
        await denied.NextAsync();
        await other.NextAsync();

        bed.File.Write("s.unknown");
        await source.RefreshAsync();
        bed.Put("other", ("value", "two"));
        await source.RefreshAsync();

        Assert.IsType<SecretState.Denied>(await denied.NextAsync());
        Assert.IsType<SecretState.Found>(await other.NextAsync());
        Assert.All(other.History, static state => Assert.IsType<SecretState.Found>(state));
    }

    [Fact]
    public async Task Login_that_failed_while_the_old_token_lives_does_not_make_a_refused_name_spin()
    {
        await using var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        var old = NewToken(bed, "1h", "default");
        var token = bed.File.Holding(old);
        var source = bed.CreateSource(options => options.Auth.Token = token);
        var reader = bed.Open(source, Web);
        await reader.NextAsync();
        bed.File.Write("s.unknown");
        await source.RefreshAsync();
        bed.File.Write(old);
        await bed.AdvanceAsync(TimeSpan.FromSeconds(1), timers: 2);

        await source.RefreshAsync();
        var asked = bed.Node.Count(Web.Key);
        await bed.AdvanceAsync(TimeSpan.FromSeconds(5), timers: 2);

        Assert.Equal(asked, bed.Node.Count(Web.Key));
    }

    private static TokenVaultAuth Create(VaultTestbed bed, string token) => new(bed.File.Holding(token), new CredentialReader("vault"), bed.Clock);

    private static string NewToken(VaultTestbed bed, string ttl, string policy = "app")
    {
        bed.AsRoot("PUT", "sys/policies/acl/app", new JsonObject { ["policy"] = """path "secret/*" { capabilities = ["read"] }""" });
        return bed.AsRoot("POST", "auth/token/create", new JsonObject { ["ttl"] = ttl, ["policies"] = new JsonArray(policy) })!["auth"]!["client_token"]!.ToString();
    }
}
