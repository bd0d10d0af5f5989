using System.Text.Json.Nodes;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Tests.Server;
using SecretProviders.Vault.Tests.Server.Auth;

namespace SecretProviders.Vault.Tests.Auth;

public sealed class JwtVaultAuthTests
{
    [Fact]
    public async Task Jwt_of_a_file_gets_a_token()
    {
        await using var bed = await StartAsync();
        await using var credentials = new CredentialReader("vault");
        var auth = new JwtVaultAuth(new VaultJwtOptions { Role = "web", Jwt = bed.File.Holding("good.jwt\n") }, credentials, bed.Clock);

        Assert.Equal(TimeSpan.FromMinutes(15), (await auth.LogInAsync(bed.CreateClient(), CancellationToken.None)).Ttl);
    }

    [Fact]
    public async Task Jwt_of_the_same_provider_gets_a_token_and_the_newest_one_is_taken()
    {
        await using var bed = await StartAsync();
        bed.Provider.Set("jwt", new GenericSecret(SensitiveBytes.Copy("old.jwt"u8)));
        await using var credentials = new CredentialReader("vault", () => bed.Provider);
        var auth = new JwtVaultAuth(new VaultJwtOptions { Role = "web", Jwt = SecretCredential.FromSecret("jwt") }, credentials, bed.Clock);
        await Assert.ThrowsAsync<SecretSourceException>(async () => await auth.LogInAsync(bed.CreateClient(), CancellationToken.None));

        bed.Provider.Set("jwt", new GenericSecret(SensitiveBytes.Copy("good.jwt"u8)));

        Assert.True((await auth.LogInAsync(bed.CreateClient(), CancellationToken.None)).Renewable);
    }

    [Fact]
    public async Task Without_a_role_the_methods_default_counts()
    {
        await using var bed = await StartAsync();
        bed.AsRoot("POST", "auth/jwt/config", new JsonObject { ["default_role"] = "web" });
        await using var credentials = new CredentialReader("vault");
        var auth = new JwtVaultAuth(new VaultJwtOptions { Jwt = bed.File.Holding("good.jwt") }, credentials, bed.Clock);

        await auth.LogInAsync(bed.CreateClient(), CancellationToken.None);

        Assert.Null(bed.Node.Requests[^1].Json()!["role"]);
    }

    [Fact]
    public async Task Second_factor_is_refused_with_its_remedy()
    {
        await using var bed = await StartAsync();
        var answer = FakeVaultAnswer.Ok(null, new JsonObject
        {
            ["client_token"] = string.Empty,
            ["lease_duration"] = 0,
            ["renewable"] = false,
            ["mfa_requirement"] = new JsonObject { ["mfa_request_id"] = "1" },
        });
        bed.Node.Break("auth/jwt/login", FakeVaultFault.Instead(answer));
        await using var credentials = new CredentialReader("vault");
        var auth = new JwtVaultAuth(new VaultJwtOptions { Jwt = bed.File.Holding("good.jwt") }, credentials, bed.Clock);

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await auth.LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Contains("exempt this role from MFA", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_file_is_Unavailable_and_asks_nobody()
    {
        await using var bed = await StartAsync();
        await using var credentials = new CredentialReader("vault");
        var auth = new JwtVaultAuth(new VaultJwtOptions { Jwt = SecretCredential.FromFile("/nowhere/jwt") }, credentials, bed.Clock);

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await auth.LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Equal(SecretErrorCode.Unavailable, failure.Code);
        Assert.Empty(bed.Node.Requests);
    }

    private static async Task<VaultTestbed> StartAsync()
    {
        var bed = await VaultTestbed.StartAsync();
        bed.AsRoot("POST", "sys/auth/jwt", new JsonObject { ["type"] = "jwt" });
        bed.AsRoot("POST", "auth/jwt/role/web", new JsonObject { ["token_ttl"] = "15m" });
        bed.Vault.Auth<FakeJwtAuth>("jwt").Accepted["good.jwt"] = [];
        return bed;
    }
}
