using System.Text;
using System.Text.Json.Nodes;
using SecretProviders.Testing;

namespace SecretProviders.Vault.Tests.RealServer;

/// <summary>What the suites do not ask of KV: its special states, version 1, policies and namespaces, at a real server.</summary>
public sealed class RealVaultTests : IAsyncLifetime
{
    private readonly string _name = RealVault.NewName();
    private readonly TestFile _file = new();
    private readonly LogCollector _logs = new();
    private readonly ManualTimeProvider _clock = new(RealVault.Now);

    public async ValueTask InitializeAsync()
    {
        await RealVault.MountKvAsync(_name, "2");
        await WritePolicyAsync(denied: null);
        await PutAsync("one");
    }

    public async ValueTask DisposeAsync()
    {
        await RealVault.AskAsync("DELETE", $"sys/policies/acl/{_name}");
        await RealVault.AskAsync("DELETE", $"sys/mounts/{_name}");
        _file.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task Deleted_undeleted_and_destroyed_versions_are_told_apart()
    {
        await using var source = await CreateAsync();
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
        await using var source = await CreateAsync();
        await using var reader = source.Open(Web() with { Version = "1" });

        Assert.Equal("one", Value(await reader.NextAsync()));
    }

    [Theory]
    [InlineData("web", typeof(SecretState.Invalid))]
    [InlineData("data/none", typeof(SecretState.NotFound))]
    public async Task Key_that_is_no_secret_is_told(string path, Type expected)
    {
        await using var source = await CreateAsync();
        await using var reader = source.Open(Web() with { Key = $"{_name}/{path}" });

        Assert.IsType(expected, await reader.NextAsync());
    }

    [Fact]
    public async Task Path_that_is_forbidden_is_Denied_and_no_other()
    {
        await RealVault.AskAsync("POST", $"{_name}/data/other", new JsonObject { ["data"] = new JsonObject { ["value"] = "other" } });
        await WritePolicyAsync("web");
        await using var source = await CreateAsync();
        await using var reader = source.Open(Web());
        await using var other = source.Open(Web() with { Key = $"{_name}/data/other" });
        Assert.IsType<SecretState.Denied>(await reader.NextAsync());
        Assert.Equal("other", Value(await other.NextAsync()));

        await WritePolicyAsync(denied: null);
        await source.RefreshAsync();

        Assert.Equal("one", Value(await reader.NextAsync()));
        Assert.False(other.HasNews);
        Assert.DoesNotContain(2705, _logs.EventIds);
    }

    [Fact]
    public async Task Version_1_is_read_changed_and_removed()
    {
        var mount = $"{_name}-1";
        await RealVault.MountKvAsync(mount, "1");
        try
        {
            await RealVault.AskAsync("POST", $"{mount}/web", new JsonObject { ["value"] = "one" });
            await using var source = Create(RealVault.RootToken);
            await using var reader = source.Open(Web() with { Key = $"{mount}/web" });
            await using var pinned = source.Open(Web() with { Key = $"{mount}/web", Version = "1" });
            Assert.Equal("one", Value(await reader.NextAsync()));
            Assert.IsType<SecretState.Invalid>(await pinned.NextAsync());

            await RealVault.AskAsync("POST", $"{mount}/web", new JsonObject { ["value"] = "two" });
            await source.RefreshAsync();
            Assert.Equal("two", Value(await reader.NextAsync()));
            await RealVault.AskAsync("DELETE", $"{mount}/web");
            await source.RefreshAsync();

            Assert.IsType<SecretState.Removed>(await reader.NextAsync());
        }
        finally
        {
            await RealVault.AskAsync("DELETE", $"sys/mounts/{mount}");
        }
    }

    [Fact]
    public async Task Namespace_is_honoured_or_ignored_and_its_absence_is_no_absent_secret()
    {
        var scope = $"{_name}-inner";
        var isThere = await TryCreateNamespaceAsync(scope);
        await using var source = Create(RealVault.RootToken, options => options.Namespace = RealVault.Within(scope));
        await using var reader = source.Open(Web());

        var state = await reader.NextAsync();

        // A server without namespaces reads its root, or refuses the header.
        Assert.True(isThere ? Value(state) == "inner" : state is SecretState.Denied || Value(state) == "one", $"{state}");
        if (isThere)
        {
            await RealVault.AskAsync("DELETE", $"sys/mounts/{_name}", scope: RealVault.Within(scope));
            await RealVault.AskAsync("DELETE", $"sys/namespaces/{scope}");
        }
    }

    private static string Value(SecretState state) =>
        Encoding.UTF8.GetString(Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(state).Secret).Value!.GetSpan());

    private SecretReference Web() => new($"{_name}/data/web") { Kind = SecretKind.Generic, Property = "value" };

    private Task PutAsync(string value) => RealVault.AskAsync("POST", $"{_name}/data/web", new JsonObject { ["data"] = new JsonObject { ["value"] = value } });

    private Task WritePolicyAsync(string? denied) => RealVault.WritePolicyAsync(_name, $$"""path "{{_name}}/*" { capabilities = ["read"] }""" + (denied is null
        ? string.Empty
        : $$"""

            path "{{_name}}/data/{{denied}}" { capabilities = ["deny"] }
            path "{{_name}}/metadata/{{denied}}" { capabilities = ["deny"] }
            """));

    // The mount there has the same name, and version 1, which needs no upgrade.
    private async Task<bool> TryCreateNamespaceAsync(string name)
    {
        try
        {
            await RealVault.AskAsync("POST", $"sys/namespaces/{name}", []);
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        var scope = RealVault.Within(name);
        await RealVault.AskAsync("POST", $"sys/mounts/{_name}", new JsonObject { ["type"] = "kv", ["options"] = new JsonObject { ["version"] = "1" } }, scope: scope);
        await RealVault.AskAsync("POST", $"{_name}/data/web", new JsonObject { ["value"] = "inner" }, scope: scope);
        return true;
    }

    private async Task<VaultSecretSource> CreateAsync() => Create(await RealVault.NewTokenAsync(_name));

    private VaultSecretSource Create(string token, Action<VaultSecretSourceOptions>? configure = null)
    {
        var options = RealVault.Options();
        options.Auth.Token = _file.Holding(token);
        configure?.Invoke(options);
        return new VaultSecretSource("vault", options, null, _clock, _logs.CreateLogger("vault"));
    }
}
