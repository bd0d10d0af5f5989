using System.Text.Json.Nodes;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Tests.Server;
using SecretProviders.Vault.Tests.Server.Auth;

namespace SecretProviders.Vault.Tests.Auth;

public sealed class KubernetesVaultAuthTests
{
    [Fact]
    public async Task Projected_token_is_read_anew_for_each_login()
    {
        await using var bed = await StartAsync(FakeVaultDialect.OpenBao26);
        var auth = Create(bed, "edge", "first.jwt");
        await auth.LogInAsync(bed.CreateClient(), CancellationToken.None);

        bed.File.Write("second.jwt");
        await auth.LogInAsync(bed.CreateClient(), CancellationToken.None);

        Assert.Equal(["first.jwt", "second.jwt"], bed.Node.Requests.Select(static request => request.Text("jwt")!));
    }

    [Theory]
    [InlineData(FakeVaultDialect.OpenBao26, "edge", "garbage", SecretErrorCode.Denied)]
    [InlineData(FakeVaultDialect.Vault18, "edge", "garbage", SecretErrorCode.Unavailable)]
    [InlineData(FakeVaultDialect.Vault18, "other", "first.jwt", SecretErrorCode.Denied)]
    internal async Task Refusal_has_the_servers_words(FakeVaultDialect dialect, string role, string jwt, SecretErrorCode code)
    {
        await using var bed = await StartAsync(dialect);

        var failure = await Assert.ThrowsAsync<SecretSourceException>(async () => await Create(bed, role, jwt).LogInAsync(bed.CreateClient(), CancellationToken.None));

        Assert.Equal(code, failure.Code);
        Assert.DoesNotContain(jwt, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Token_of_the_pod_is_the_default() =>
        Assert.Equal("/var/run/secrets/kubernetes.io/serviceaccount/token", new VaultKubernetesOptions().Jwt.Path);

    private static KubernetesVaultAuth Create(VaultTestbed bed, string role, string jwt) =>
        new(new VaultKubernetesOptions { Mount = "clusters/k8s", Role = role, Jwt = bed.File.Holding(jwt) }, new CredentialReader("vault"), bed.Clock);

    private static async Task<VaultTestbed> StartAsync(FakeVaultDialect dialect)
    {
        var bed = await VaultTestbed.StartAsync(dialect);
        bed.AsRoot("POST", "sys/auth/clusters/k8s", new JsonObject { ["type"] = "kubernetes" });
        bed.AsRoot("POST", "auth/clusters/k8s/role/edge", new JsonObject { ["token_ttl"] = "10m" });
        bed.Vault.Auth<FakeJwtAuth>("clusters/k8s").Accepted["first.jwt"] = [];
        bed.Vault.Auth<FakeJwtAuth>("clusters/k8s").Accepted["second.jwt"] = [];
        return bed;
    }
}
