using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Testing;

namespace SecretProviders.Vault.Tests.RealServer;

/// <summary>What the suites do not ask: logins, lost tokens and the special states of KV, at a real server.</summary>
public sealed class RealVaultTests : IAsyncLifetime
{
    private readonly string _name = RealVault.NewName();
    private readonly TestFile _file = new();
    private readonly LogCollector _logs = new();
    private readonly ManualTimeProvider _clock = new();

    public async ValueTask InitializeAsync()
    {
        await RealVault.MountKvAsync(_name, "2");
        await RealVault.WritePolicyAsync(_name, $$"""path "{{_name}}/*" { capabilities = ["read"] }""");
        await RealVault.AskAsync("POST", $"sys/auth/{_name}", new JsonObject { ["type"] = "approle" });
        await RealVault.AskAsync("POST", $"auth/{_name}/role/web", new JsonObject { ["token_policies"] = new JsonArray(_name), ["token_ttl"] = "10m" });
        await PutAsync("one");
    }

    public async ValueTask DisposeAsync()
    {
        await RealVault.AskAsync("DELETE", $"sys/auth/{_name}");
        await RealVault.AskAsync("DELETE", $"sys/policies/acl/{_name}");
        await RealVault.AskAsync("DELETE", $"sys/mounts/{_name}");
        _file.Dispose();
        _logs.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AppRole_logs_in(bool wrapped)
    {
        await using var source = await CreateAsync(wrapped);
        await using var reader = source.Open(Web());

        Assert.Equal("one", Value(await reader.NextAsync()));
    }

    [Fact]
    public async Task Token_is_renewed_in_good_time()
    {
        var token = await NewTokenAsync();
        await using var source = CreateWithToken(token);
        await using var reader = source.Open(Web());
        await reader.NextAsync();
        await _clock.WaitForTimersAsync(2);

        _clock.Advance(TimeSpan.FromMinutes(7));

        Assert.True(await EventuallyAsync(async () =>
            (await RealVault.AskAsync("GET", "auth/token/lookup-self", token: token))!["data"]!["last_renewal"] is not null));
    }

    [Fact]
    public async Task Revoked_token_is_replaced_before_anybody_notices()
    {
        var token = await NewTokenAsync();
        await using var source = CreateWithToken(token);
        await using var reader = source.Open(Web());
        await reader.NextAsync();

        _file.Write(await NewTokenAsync());
        await RealVault.AskAsync("POST", "auth/token/revoke-self", token: token);
        await PutAsync("two");
        await source.RefreshAsync();

        Assert.Equal("two", Value(await reader.NextAsync()));
        Assert.Contains(2705, _logs.EventIds);
    }

    [Fact]
    public async Task Deleted_undeleted_and_destroyed_versions_are_told_apart()
    {
        await using var source = await CreateAsync(wrapped: false);
        await using var reader = source.Open(Web());
        await reader.NextAsync();
        var versions = new JsonObject { ["versions"] = new JsonArray(1) };

        await RealVault.AskAsync("DELETE", $"{_name}/data/web");
        await source.RefreshAsync();
        var deleted = Assert.IsType<SecretState.Removed>(await reader.NextAsync());
        await RealVault.AskAsync("POST", $"{_name}/undelete/web", versions);
        await source.RefreshAsync();
        var back = await reader.NextAsync();
        await RealVault.AskAsync("PUT", $"{_name}/destroy/web", (JsonObject)versions.DeepClone());
        await source.RefreshAsync();
        var destroyed = Assert.IsType<SecretState.Removed>(await reader.NextAsync());

        Assert.Equal((RemovalReason.Deleted, RemovalReason.Redacted), (deleted.Reason, destroyed.Reason));
        Assert.NotNull(deleted.DeletedAt);
        Assert.Equal("one", Value(back));
    }

    [Fact]
    public async Task Pinned_version_stays()
    {
        await PutAsync("two");
        await using var source = await CreateAsync(wrapped: false);
        await using var reader = source.Open(Web() with { Version = "1" });

        Assert.Equal("one", Value(await reader.NextAsync()));
    }

    [Theory]
    [InlineData("web", typeof(SecretState.Invalid))]
    [InlineData("data/none", typeof(SecretState.NotFound))]
    public async Task Key_that_is_no_secret_is_told(string path, Type expected)
    {
        await using var source = await CreateAsync(wrapped: false);
        await using var reader = source.Open(Web() with { Key = $"{_name}/{path}" });

        Assert.IsType(expected, await reader.NextAsync());
    }

    private static string Value(SecretState state) =>
        Encoding.UTF8.GetString(Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(state).Secret).Value!.GetSpan());

    private SecretReference Web() => new($"{_name}/data/web") { Kind = SecretKind.Generic, Property = "value" };

    private Task PutAsync(string value) => RealVault.AskAsync("POST", $"{_name}/data/web", new JsonObject { ["data"] = new JsonObject { ["value"] = value } });

    private static async Task<bool> EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (await condition())
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        return false;
    }

    private async Task<string> NewTokenAsync()
    {
        var answer = await RealVault.AskAsync("POST", "auth/token/create", new JsonObject { ["policies"] = new JsonArray(_name), ["ttl"] = "10m" });
        return answer!["auth"]!["client_token"]!.ToString();
    }

    private VaultSecretSource CreateWithToken(string token)
    {
        var options = RealVault.Options();
        options.Auth.Token = _file.Holding(token);
        return new VaultSecretSource("vault", options, null, _clock, _logs.CreateLogger("vault"));
    }

    private async Task<string> SecretIdAsync(bool wrapped)
    {
        var answer = await RealVault.AskAsync("POST", $"auth/{_name}/role/web/secret-id", [], wrapTtl: wrapped ? "60s" : null);
        return (wrapped ? answer!["wrap_info"]!["token"] : answer!["data"]!["secret_id"])!.ToString();
    }

    private async Task<VaultSecretSource> CreateAsync(bool wrapped)
    {
        await RealVault.AskAsync("POST", $"auth/{_name}/role/web/role-id", new JsonObject { ["role_id"] = _name });
        var options = RealVault.Options();
        options.Auth.AppRole = new VaultAppRoleOptions { Mount = _name, RoleId = _name, SecretId = _file.Holding(await SecretIdAsync(wrapped)), SecretIdWrapped = wrapped };
        return new VaultSecretSource("vault", options, null, _clock, _logs.CreateLogger("vault"));
    }
}
