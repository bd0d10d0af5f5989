using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Auth;

public sealed class AppRoleVaultAuthTests
{
    [Theory]
    [InlineData(FakeVaultDialect.Vault18)]
    [InlineData(FakeVaultDialect.OpenBao26)]
    internal async Task Secret_id_of_a_file_gets_a_token(FakeVaultDialect dialect)
    {
        await using var bed = await VaultTestbed.StartAsync(dialect);
        var (roleId, secretId) = bed.AddAppRole("20m");

        var token = await Create(bed, roleId, secretId).LogInAsync(bed.CreateClient(), CancellationToken.None);

        Assert.Equal((TimeSpan.FromMinutes(20), true, bed.Clock.GetUtcNow()), (token.Ttl, token.Renewable, token.Since));
        Assert.NotNull(bed.Vault.Tokens.Find(System.Text.Encoding.ASCII.GetString(token.Value.GetSpan())));
    }

    [Fact]
    public async Task Role_without_a_secret_id_needs_none()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var (roleId, _) = bed.AddAppRole("20m", more: new JsonObject { ["bind_secret_id"] = false });
        var auth = new AppRoleVaultAuth(new VaultAppRoleOptions { RoleId = roleId }, new CredentialReader("vault"), bed.Clock);

        Assert.True((await auth.LogInAsync(bed.CreateClient(), CancellationToken.None)).Value.Length > 0);
    }

    [Theory]
    [InlineData(FakeVaultDialect.Vault18, "invalid secret id")]
    [InlineData(FakeVaultDialect.OpenBao26, "invalid role or secret ID")]
    internal async Task Wrong_secret_id_is_Denied_in_the_servers_words(FakeVaultDialect dialect, string words)
    {
        await using var bed = await VaultTestbed.StartAsync(dialect);
        var (roleId, _) = bed.AddAppRole("20m");

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await Create(bed, roleId, "wrong").LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Equal(SecretErrorCode.Denied, failure.Code);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_method_that_is_not_enabled_is_Denied()
    {
        await using var bed = await VaultTestbed.StartAsync(FakeVaultDialect.Vault18);

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await Create(bed, "role", "secret").LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Equal(SecretErrorCode.Denied, failure.Code);
        Assert.Contains("auth/approle", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrapped_secret_id_is_unwrapped_once_for_all_logins()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var (roleId, _) = bed.AddAppRole("20m");
        var auth = Create(bed, roleId, Wrap(bed, "auth/approle/role/web/secret-id"), wrapped: true);

        await auth.LogInAsync(bed.CreateClient(), CancellationToken.None);
        await auth.LogInAsync(bed.CreateClient(), CancellationToken.None);

        Assert.Equal((2, 1), (bed.Node.Count("auth/approle/login"), bed.Node.Count("sys/wrapping/unwrap")));
    }

    [Fact]
    public async Task Refusal_names_the_file_of_the_secret_id_and_not_what_is_in_it()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var (roleId, _) = bed.AddAppRole("20m");

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await Create(bed, roleId, "not-the-one").LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Contains($"AppRole at auth/approle, secret id of {bed.File.Holding("not-the-one")}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-one", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_wrapping_token_is_unwrapped_too()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var (roleId, _) = bed.AddAppRole("20m");
        var auth = Create(bed, roleId, Wrap(bed, "auth/approle/role/web/secret-id"), wrapped: true);
        await auth.LogInAsync(bed.CreateClient(), CancellationToken.None);

        bed.File.Write(Wrap(bed, "auth/approle/role/web/secret-id"));
        await auth.LogInAsync(bed.CreateClient(), CancellationToken.None);

        Assert.Equal(2, bed.Node.Count("sys/wrapping/unwrap"));
    }

    [Fact]
    public async Task Wrapping_token_that_somebody_used_is_an_alarm()
    {
        await using var bed = await VaultTestbed.StartAsync();
        var (roleId, _) = bed.AddAppRole("20m");
        var token = Wrap(bed, "auth/approle/role/web/secret-id");
        await bed.CreateClient().SendAsync(VaultRequest.Post("sys/wrapping/unwrap") with { Token = VaultJson.Text(token) }, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await Create(bed, roleId, token, wrapped: true).LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Equal(SecretErrorCode.Denied, failure.Code);
        Assert.Contains("somebody else has unwrapped it", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret/data/auth/approle/role/web/secret-id")]
    [InlineData("auth/approle/role/web/role-id")]
    public async Task Wrapping_token_of_another_path_is_not_unwrapped(string path)
    {
        await using var bed = await VaultTestbed.StartAsync();
        var (roleId, _) = bed.AddAppRole("20m");
        bed.Put("auth/approle/role/web/secret-id", ("secret_id", "planted"));
        var token = Wrap(bed, path, "GET");

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await Create(bed, roleId, token, wrapped: true).LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Contains("it may have been exchanged", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, bed.Node.Count("sys/wrapping/unwrap"));
    }

    private static AppRoleVaultAuth Create(VaultTestbed bed, string roleId, string secretId, bool wrapped = false) => new(
        new VaultAppRoleOptions { RoleId = roleId, SecretId = bed.File.Holding(secretId), SecretIdWrapped = wrapped }, new CredentialReader("vault"), bed.Clock);

    private static string Wrap(VaultTestbed bed, string path, string method = "POST") => bed.Vault.Handle(new FakeVaultRequest
    {
        Method = method,
        Path = path,
        Target = path,
        Query = new Dictionary<string, string>(),
        Headers = new Dictionary<string, string> { ["X-Vault-Token"] = FakeVault.RootToken, ["X-Vault-Wrap-TTL"] = "60s" },
        Body = [],
    }).Body!["wrap_info"]!["token"]!.ToString();
}
