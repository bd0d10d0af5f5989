using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests;

/// <summary>What the source as a whole makes of its server: permissions, seals, namespaces.</summary>
public sealed class VaultSecretSourceTests
{
    private static readonly SecretReference Web = new("secret/data/web") { Kind = SecretKind.Generic, Property = "value" };
    private static readonly SecretReference Other = Web with { Key = "secret/data/other" };

    [Fact]
    public async Task Refusal_of_one_path_harms_no_other()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("1h", """path "secret/data/web" { capabilities = ["read"] }"""));
        var denied = bed.Open(source, Other);
        var granted = bed.Open(source, Web);

        Assert.IsType<SecretState.Denied>(await denied.NextAsync());
        Assert.IsType<SecretState.Found>(await granted.NextAsync());
        bed.Put("web", ("value", "two"));
        await source.RefreshAsync();

        Assert.IsType<SecretState.Found>(await granted.NextAsync());
        Assert.False(denied.HasNews);
    }

    [Fact]
    public async Task Policy_that_takes_a_permission_back_is_Denied_with_the_last_good()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("1h"));
        var reader = bed.Open(source, Web);
        var found = await reader.NextAsync();

        bed.AsRoot("PUT", "sys/policies/acl/app", new JsonObject { ["policy"] = """path "secret/data/other" { capabilities = ["read"] }""" });
        await source.RefreshAsync();
        var denied = Assert.IsType<SecretState.Denied>(await reader.NextAsync());
        bed.AsRoot("PUT", "sys/policies/acl/app", new JsonObject { ["policy"] = """path "secret/*" { capabilities = ["read"] }""" });
        await source.RefreshAsync();

        Assert.Equal(found, denied.LastGood);
        Assert.Equal(found, await reader.NextAsync());
        Assert.Equal(1, bed.Node.Count("auth/approle/login"));
    }

    [Fact]
    public async Task Sealed_server_is_an_outage_and_never_an_absence()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web);
        var found = await reader.NextAsync();
        bed.Node.Sealed = true;
        await source.RefreshAsync();
        var outage = Assert.IsType<SecretState.Unavailable>(await reader.NextAsync());

        bed.Node.Sealed = false;
        await source.RefreshAsync();

        Assert.Equal(found, outage.LastGood);
        Assert.Contains("is sealed; unseal it", outage.Error, StringComparison.Ordinal);
        Assert.Equal(found, await reader.NextAsync());
    }

    [Fact]
    public async Task Namespace_is_that_of_the_options()
    {
        await using var bed = await StartAsync();
        bed.AsRoot("POST", "sys/namespaces/team-a");
        bed.AsRoot("POST", "team-a/sys/mounts/secret", new JsonObject { ["type"] = "kv", ["options"] = new JsonObject { ["version"] = "2" } });
        bed.AsRoot("POST", "team-a/secret/data/web", new JsonObject { ["data"] = new JsonObject { ["value"] = "of team a" } });

        var found = await bed.Open(bed.CreateSource(static options => options.Namespace = "/team-a/"), Web).NextAsync();

        Assert.Equal("of team a"u8.ToArray(), Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(found).Secret).Value!.Memory.ToArray());
    }

    [Fact]
    public async Task Namespace_that_does_not_exist_is_a_refused_login_and_no_absence()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("1h") + (static options => options.Namespace = "nope"));

        var state = await bed.Open(source, Web).NextAsync();

        Assert.Contains("namespace not found", Assert.IsType<SecretState.Denied>(state).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clock_that_is_ahead_of_the_server_changes_nothing()
    {
        // The server lives in the year of the machine, the client a year before or after it.
        foreach (var start in (DateTimeOffset[])[DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(1)])
        {
            var clock = new ManualTimeProvider(start);
            var vault = new FakeVault(FakeVaultDialect.OpenBao26, TimeProvider.System);
            await using var node = await FakeVaultNode.StartAsync(vault);
            vault.AsRoot("POST", "secret/data/web", new JsonObject { ["data"] = new JsonObject { ["value"] = "one" } });
            vault.AsRoot("POST", "auth/token/create", new JsonObject { ["ttl"] = "1h" });
            using var file = new TestFile();
            var token = vault.AsRoot("POST", "auth/token/create", new JsonObject { ["ttl"] = "1h" }).Body!["auth"]!["client_token"]!.ToString();
            var options = new VaultSecretSourceOptions { Auth = { Token = file.Holding(token) } };
            options.Addresses.Add(node.Address);
            using var logs = new LogCollector();
            await using var source = new VaultSecretSource("vault", options, null, clock, logs.CreateLogger("vault"));
            await using var reader = source.Open(Web);

            Assert.IsType<SecretState.Found>(await reader.NextAsync());
            vault.AsRoot("DELETE", "secret/data/web");
            await source.RefreshAsync();

            Assert.InRange((await reader.NextAsync()).DeletedAt!.Value, DateTimeOffset.MinValue, clock.GetUtcNow());
            Assert.Equal(0, node.Count("auth/token/renew-self"));
        }
    }

    [Fact]
    public async Task Credentials_of_the_same_provider_are_named_for_the_circle_check()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource(static options =>
        {
            options.Tls.Ca = SecretCredential.FromSecret("vault-ca");
            options.Auth.Jwt = new VaultJwtOptions { Jwt = SecretCredential.FromSecret("jwt") };
        });

        Assert.Equal(["vault-ca", "jwt"], source.CredentialSecrets);
    }

    private static async Task<VaultTestbed> StartAsync()
    {
        var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        bed.Put("other", ("value", "x"));
        return bed;
    }
}
