using System.Text.Json.Nodes;
using SecretProviders.Testing;

namespace SecretProviders.Vault.Tests.Engines;

/// <summary>Keys and mounts of every shape that KV has, seen from a watch and from the server.</summary>
public sealed class KvMountTests
{
    private const string Data = "secret/data/web";
    private static readonly SecretReference Web = new(Data) { Kind = SecretKind.Generic, Property = "value" };

    [Theory]
    [InlineData("secret/data", typeof(SecretState.NotFound))]
    [InlineData("secret/data/folder", typeof(SecretState.NotFound))]
    [InlineData("secret/data/folder/", typeof(SecretState.Invalid))]
    [InlineData("secret/web", typeof(SecretState.Invalid))]
    [InlineData("nowhere/data/web", typeof(SecretState.Invalid))]
    [InlineData("sys/mounts", typeof(SecretState.Invalid))]
    public async Task Key_that_is_no_secret_is_told(string key, Type expected)
    {
        await using var bed = await StartAsync();
        bed.Put("folder/inner", ("value", "x"));

        Assert.IsType(expected, await bed.Open(bed.CreateSource(), Web with { Key = key }).NextAsync());
    }

    [Fact]
    public async Task Mount_that_is_replaced_by_one_of_version_1_is_read_as_such()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web);
        await reader.NextAsync();

        bed.AsRoot("DELETE", "sys/mounts/secret");
        bed.AsRoot("POST", "sys/mounts/secret", new JsonObject { ["type"] = "kv", ["options"] = new JsonObject { ["version"] = "1" } });
        bed.AsRoot("POST", Data, new JsonObject { ["value"] = "two" });
        await source.RefreshAsync();

        await AssertValueAsync(reader, "two");
    }

    [Fact]
    public async Task Secret_of_version_1_on_a_path_like_that_of_credentials_is_polled_as_a_secret()
    {
        await using var bed = await StartAsync();
        bed.AsRoot("POST", "sys/mounts/kv1", new JsonObject { ["type"] = "kv" });
        bed.AsRoot("POST", "kv1/creds/app", new JsonObject { ["value"] = "one" });
        var source = bed.CreateSource();
        var reference = Web with { Key = "kv1/creds/app" };
        var reader = bed.Open(source, reference);
        await AssertValueAsync(reader, "one");

        bed.AsRoot("POST", "kv1/creds/app", new JsonObject { ["value"] = "two" });
        await source.RefreshAsync();

        await AssertValueAsync(reader, "two");
        Assert.True(source.Mints(reference));
    }

    [Fact]
    public async Task Mount_that_vanishes_removes_nothing()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web);
        var found = await reader.NextAsync();

        bed.AsRoot("DELETE", "sys/mounts/secret");
        await source.RefreshAsync();

        Assert.Equal(found, Assert.IsType<SecretState.Invalid>(await reader.NextAsync()).LastGood);
    }

    [Fact]
    public async Task Engine_in_a_deep_mount_is_polled_by_its_metadata_too()
    {
        await using var bed = await StartAsync();
        bed.AsRoot("POST", "sys/mounts/team/kv", new JsonObject { ["type"] = "kv", ["options"] = new JsonObject { ["version"] = "2" } });
        bed.AsRoot("POST", "team/kv/data/a/data/b", new JsonObject { ["data"] = new JsonObject { ["value"] = "x" } });
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web with { Key = "team/kv/data/a/data/b" });
        await AssertValueAsync(reader, "x");

        await source.RefreshAsync();

        Assert.Equal((1, 1), (bed.Node.Count("team/kv/data/a/data/b"), bed.Node.Count("team/kv/metadata/a/data/b")));
    }

    [Fact]
    public async Task Version_1_is_polled_whole()
    {
        await using var bed = await StartAsync();
        bed.AsRoot("POST", "sys/mounts/kv1", new JsonObject { ["type"] = "kv" });
        bed.AsRoot("POST", "kv1/app", new JsonObject { ["value"] = "one" });
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web with { Key = "kv1/app" });
        await AssertValueAsync(reader, "one");
        await source.RefreshAsync();
        Assert.False(reader.HasNews);

        bed.AsRoot("POST", "kv1/app", new JsonObject { ["value"] = "two" });
        await source.RefreshAsync();
        await AssertValueAsync(reader, "two");
        bed.AsRoot("DELETE", "kv1/app");
        await source.RefreshAsync();

        Assert.IsType<SecretState.Removed>(await reader.NextAsync());
        Assert.Equal(4, bed.Node.Count("kv1/app"));
    }

    private static async Task<VaultTestbed> StartAsync()
    {
        var bed = await VaultTestbed.StartAsync();
        bed.Put("web", ("value", "one"));
        return bed;
    }

    private static async Task AssertValueAsync(SecretStateReader reader, string value)
    {
        var found = Assert.IsType<SecretState.Found>(await reader.NextAsync());
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(value), Assert.IsType<GenericSecret>(found.Secret).Value!.Memory.ToArray());
    }
}
