using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Testing;

namespace SecretProviders.Vault.Tests.RealServer;

/// <summary>Logins, renewals and lost tokens at a real server.</summary>
public sealed class RealVaultLoginTests : IAsyncLifetime
{
    private readonly string _name = RealVault.NewName();
    private readonly TestFile _file = new();
    private readonly LogCollector _logs = new();
    private readonly ManualTimeProvider _clock = new(RealVault.Now);

    public async ValueTask InitializeAsync()
    {
        await RealVault.MountKvAsync(_name, "2");
        await RealVault.WritePolicyAsync(_name, $$"""path "{{_name}}/*" { capabilities = ["read"] }""");
        await PutAsync("one");
    }

    public async ValueTask DisposeAsync()
    {
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
        await WithMethodAsync("approle", async () =>
        {
            await RealVault.AskAsync("POST", $"auth/{_name}/role/web", new JsonObject { ["token_policies"] = new JsonArray(_name), ["token_ttl"] = "10m" });
            await RealVault.AskAsync("POST", $"auth/{_name}/role/web/role-id", new JsonObject { ["role_id"] = _name });
            var answer = await RealVault.AskAsync("POST", $"auth/{_name}/role/web/secret-id", [], wrapTtl: wrapped ? "60s" : null);
            var secretId = (wrapped ? answer!["wrap_info"]!["token"] : answer!["data"]!["secret_id"])!.ToString();

            await AssertReadsAsync(options => options.Auth.AppRole = new VaultAppRoleOptions { Mount = _name, RoleId = _name, SecretId = _file.Holding(secretId), SecretIdWrapped = wrapped });
        });
    }

    [Theory]
    [InlineData("web")]
    [InlineData(null)]
    public async Task Jwt_logs_in(string? role)
    {
        using var key = RSA.Create(2048);
        await WithMethodAsync("jwt", async () =>
        {
            await RealVault.AskAsync("POST", $"auth/{_name}/config", new JsonObject { ["jwt_validation_pubkeys"] = new JsonArray(key.ExportSubjectPublicKeyInfoPem()), ["default_role"] = "web" });
            await RealVault.AskAsync("POST", $"auth/{_name}/role/web", new JsonObject
            {
                ["role_type"] = "jwt",
                ["bound_audiences"] = new JsonArray("vault"),
                ["user_claim"] = "sub",
                ["token_policies"] = new JsonArray(_name),
                ["token_ttl"] = "10m",
            });

            await AssertReadsAsync(options => options.Auth.Jwt = new VaultJwtOptions { Mount = _name, Role = role, Jwt = _file.Holding(Jwt(key)) });
        });
    }

    [Fact]
    public async Task Login_that_is_refused_is_Denied()
    {
        await WithMethodAsync("approle", async () =>
        {
            await using var source = Create(_clock, options => options.Auth.AppRole = new VaultAppRoleOptions { Mount = _name, RoleId = "nobody", SecretId = _file.Holding("nothing") });
            await using var reader = source.Open(Web());

            Assert.IsType<SecretState.Denied>(await reader.NextAsync());
        });
    }

    [Fact]
    public async Task Token_is_renewed_in_good_time()
    {
        var token = await RealVault.NewTokenAsync(_name);
        await using var source = Create(_clock, options => options.Auth.Token = _file.Holding(token));
        await using var reader = source.Open(Web());
        await reader.NextAsync();
        await _clock.WaitForTimersAsync(2);

        _clock.Advance(TimeSpan.FromMinutes(7));

        Assert.True(await RealVault.EventuallyAsync(async () => await LastRenewalAsync(token) is not null));
    }

    [Fact]
    public async Task Token_of_five_seconds_serves_for_longer_with_one_login_and_no_gap()
    {
        var start = TimeProvider.System.GetTimestamp();
        var token = await RealVault.NewTokenAsync(_name, "5s");
        await using var source = Create(TimeProvider.System, options =>
        {
            options.Auth.Token = _file.Holding(token);
            options.Poll = TimeSpan.FromSeconds(1);
        });
        await using var reader = source.Open(Web());
        await reader.NextAsync();

        for (var i = 0; TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(16); i++)
        {
            var value = i.ToString(CultureInfo.InvariantCulture);
            await PutAsync(value);
            Assert.Equal(value, Value(await reader.NextAsync()));
        }

        Assert.NotNull(await LastRenewalAsync(token));
        Assert.Single(_logs.EventIds, 2701);
        Assert.DoesNotContain(2705, _logs.EventIds);
    }

    [Fact]
    public async Task Revoked_token_is_replaced_before_anybody_notices()
    {
        var token = await RealVault.NewTokenAsync(_name);
        await using var source = Create(_clock, options => options.Auth.Token = _file.Holding(token));
        await using var reader = source.Open(Web());
        await reader.NextAsync();

        _file.Write(await RealVault.NewTokenAsync(_name));
        await RealVault.AskAsync("POST", "auth/token/revoke-self", token: token);
        await PutAsync("two");
        await source.RefreshAsync();

        Assert.Equal("two", Value(await reader.NextAsync()));
        Assert.Contains(2705, _logs.EventIds);
    }

    private static string Value(SecretState state) =>
        Encoding.UTF8.GetString(Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(state).Secret).Value!.GetSpan());

    private static async Task<JsonNode?> LastRenewalAsync(string token) =>
        (await RealVault.AskAsync("GET", "auth/token/lookup-self", token: token))!["data"]!["last_renewal"];

    // RFC 7519, signed as RFC 7518 says for RS256.
    private static string Jwt(RSA key)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = "https://tests.example", ["sub"] = "tests", ["aud"] = "vault", ["iat"] = now - 30, ["nbf"] = now - 30, ["exp"] = now + 600 };
        var text = $"{Encode("""{"alg":"RS256","typ":"JWT"}""")}.{Encode(claims.ToJsonString())}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private SecretReference Web() => new($"{_name}/data/web") { Kind = SecretKind.Generic, Property = "value" };

    private Task PutAsync(string value) => RealVault.AskAsync("POST", $"{_name}/data/web", new JsonObject { ["data"] = new JsonObject { ["value"] = value } });

    private async Task WithMethodAsync(string type, Func<Task> test)
    {
        await RealVault.AskAsync("POST", $"sys/auth/{_name}", new JsonObject { ["type"] = type });
        try
        {
            await test();
        }
        finally
        {
            await RealVault.AskAsync("DELETE", $"sys/auth/{_name}");
        }
    }

    private async Task AssertReadsAsync(Action<VaultSecretSourceOptions> configure)
    {
        await using var source = Create(_clock, configure);
        await using var reader = source.Open(Web());
        Assert.Equal("one", Value(await reader.NextAsync()));
    }

    private VaultSecretSource Create(TimeProvider clock, Action<VaultSecretSourceOptions> configure)
    {
        var options = RealVault.Options();
        configure(options);
        return new VaultSecretSource("vault", options, null, clock, _logs.CreateLogger("vault"));
    }
}
