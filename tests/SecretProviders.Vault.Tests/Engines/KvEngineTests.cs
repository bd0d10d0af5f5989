using System.Text.Json.Nodes;
using SecretProviders.Testing;
using SecretProviders.Vault.Tests.Server;

namespace SecretProviders.Vault.Tests.Engines;

/// <summary>What KV costs and shows over time, seen from a watch and from the server.</summary>
public sealed class KvEngineTests
{
    private const string Data = "secret/data/web";
    private const string Metadata = "secret/metadata/web";

    // At rest a poll and the token's life wait for the clock.
    private const int Resting = 2;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);
    private static readonly SecretReference Web = new(Data) { Kind = SecretKind.Generic, Property = "value" };

    [Fact]
    public async Task Rotation_reaches_the_watch_with_one_read_of_the_data()
    {
        await using var bed = await StartAsync();
        var reader = bed.Open(bed.CreateSource(), Web);
        await reader.NextAsync();
        await bed.AdvanceAsync(TimeSpan.FromMinutes(10), Resting);

        bed.Put("web", ("value", "two"));
        await bed.AdvanceAsync(Poll, Resting);
        await AssertValueAsync(reader, "two");
        await bed.AdvanceAsync(TimeSpan.FromMinutes(10), Resting);

        Assert.Equal(2, bed.Node.Count(Data));
        Assert.InRange(bed.Node.Count(Metadata), 38, 50);
        Assert.Equal(2, reader.History.Length);
        Assert.False(reader.HasNews);
    }

    [Fact]
    public async Task Refresh_sees_a_rotation_at_once()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web);
        await reader.NextAsync();

        bed.Put("web", ("value", "two"));
        await source.RefreshAsync();

        Assert.True(reader.HasNews);
        await AssertValueAsync(reader, "two");
    }

    [Fact]
    public async Task Secret_that_is_recreated_as_version_1_is_not_mistaken_for_the_old_one()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web);
        await reader.NextAsync();

        bed.AsRoot("DELETE", Metadata);
        bed.Clock.Advance(TimeSpan.FromSeconds(1));
        bed.Put("web", ("value", "two"));
        await source.RefreshAsync();

        await AssertValueAsync(reader, "two");
        Assert.Equal("1", Assert.IsType<SecretState.Found>(reader.History[^1]).Origin!.StoreVersion);
    }

    [Fact]
    public async Task Policy_without_the_metadata_means_that_the_data_is_polled()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource(bed.WithAppRole("768h", """path "secret/data/*" { capabilities = ["read"] }"""));
        var reader = bed.Open(source, Web);
        await reader.NextAsync();
        await source.RefreshAsync();
        await source.RefreshAsync();

        bed.Put("web", ("value", "two"));
        await source.RefreshAsync();

        await AssertValueAsync(reader, "two");
        Assert.Equal((4, 1), (bed.Node.Count(Data), bed.Node.Count(Metadata)));
        Assert.Equal(1, bed.Node.Count("auth/approle/login"));
    }

    [Fact]
    public async Task Metadata_that_was_refused_for_a_while_is_polled_again()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web);
        await reader.NextAsync();
        bed.Node.Break(Metadata, FakeVaultFault.Instead(FakeVaultAnswer.DeniedByPolicy()));
        await source.RefreshAsync();
        bed.Node.Heal(Metadata);

        for (var i = 0; i < 12; i++)
        {
            await source.RefreshAsync();
        }

        Assert.Equal((11, 4), (bed.Node.Count(Data), bed.Node.Count(Metadata)));
        bed.Put("web", ("value", "two"));
        await source.RefreshAsync();
        await AssertValueAsync(reader, "two");
        await source.RefreshAsync();
        Assert.Equal((12, 6), (bed.Node.Count(Data), bed.Node.Count(Metadata)));
    }

    [Fact]
    public async Task Metadata_that_stays_refused_is_tried_at_every_tenth_poll()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web);
        await reader.NextAsync();
        bed.Node.Break(Metadata, FakeVaultFault.Instead(FakeVaultAnswer.DeniedByPolicy()));

        for (var i = 0; i < 30; i++)
        {
            await source.RefreshAsync();
        }

        Assert.Equal((31, 3), (bed.Node.Count(Data), bed.Node.Count(Metadata)));
        Assert.Single(reader.History);
        Assert.False(reader.HasNews);
    }

    [Fact]
    public async Task Pinned_version_stays_until_it_is_deleted()
    {
        await using var bed = await StartAsync();
        bed.Put("web", ("value", "two"));
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web with { Version = "1" });
        await AssertValueAsync(reader, "one");

        bed.Put("web", ("value", "three"));
        await source.RefreshAsync();
        Assert.False(reader.HasNews);
        bed.AsRoot("POST", "secret/delete/web", new JsonObject { ["versions"] = new JsonArray(1) });
        await source.RefreshAsync();

        Assert.Equal(RemovalReason.Deleted, Assert.IsType<SecretState.Removed>(await reader.NextAsync()).Reason);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("latest")]
    [InlineData("1&x=y")]
    public async Task Version_that_is_no_number_asks_nobody(string version)
    {
        await using var bed = await StartAsync();

        var state = await bed.Open(bed.CreateSource(), Web with { Version = version }).NextAsync();

        Assert.Equal(SecretProblemCode.BadName, Assert.IsType<SecretState.Invalid>(state).Problem.Code);
        Assert.Equal(0, bed.Node.Count(Data));
    }

    [Fact]
    public async Task Version_that_does_not_exist_is_NotFound()
    {
        await using var bed = await StartAsync();

        Assert.IsType<SecretState.NotFound>(await bed.Open(bed.CreateSource(), Web with { Version = "99" }).NextAsync());
    }

    [Fact]
    public async Task Deleted_secret_says_when_and_comes_back_when_it_is_undeleted()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web);
        var found = await reader.NextAsync();

        bed.AsRoot("DELETE", Data);
        var deletedAt = bed.Clock.GetUtcNow();
        await bed.AdvanceAsync(Poll, Resting);
        var removed = Assert.IsType<SecretState.Removed>(await reader.NextAsync());
        bed.AsRoot("POST", "secret/undelete/web", new JsonObject { ["versions"] = new JsonArray(1) });
        await source.RefreshAsync();

        Assert.Equal((RemovalReason.Deleted, deletedAt), (removed.Reason, removed.DeletedAt!.Value));
        Assert.Equal(found, removed.LastGood);
        Assert.Equal(found, await reader.NextAsync());
    }

    [Fact]
    public async Task Destroyed_secret_is_gone_with_its_last_good()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web);
        await reader.NextAsync();

        bed.AsRoot("PUT", "secret/destroy/web", new JsonObject { ["versions"] = new JsonArray(1) });
        await source.RefreshAsync();

        var removed = Assert.IsType<SecretState.Removed>(await reader.NextAsync());
        Assert.Equal((RemovalReason.Redacted, null), (removed.Reason, removed.LastGood));
    }

    [Fact]
    public async Task Version_that_ends_by_itself_is_Removed_when_the_server_says_so()
    {
        await using var bed = await StartAsync();
        bed.AsRoot("POST", Metadata, new JsonObject { ["delete_version_after"] = "5m" });
        bed.Put("web", ("value", "short"));
        var reader = bed.Open(bed.CreateSource(), Web);
        await AssertValueAsync(reader, "short");

        await bed.AdvanceAsync(TimeSpan.FromMinutes(6), Resting);

        Assert.IsType<SecretState.Removed>(await reader.NextAsync());
        Assert.InRange(bed.Node.Count(Metadata), 0, 2);
    }

    [Fact]
    public async Task Secret_that_is_destroyed_and_written_anew_within_a_poll_is_rotated()
    {
        await using var bed = await StartAsync();
        var source = bed.CreateSource();
        var reader = bed.Open(source, Web);
        await reader.NextAsync();

        bed.AsRoot("PUT", "secret/destroy/web", new JsonObject { ["versions"] = new JsonArray(1) });
        bed.Put("web", ("value", "two"));
        await source.RefreshAsync();

        await AssertValueAsync(reader, "two");
    }

    [Fact]
    public async Task Outage_that_passes_costs_no_read_of_the_data()
    {
        await using var bed = await StartAsync();
        var reader = bed.Open(bed.CreateSource(), Web);
        var found = await reader.NextAsync();
        bed.Node.Break(string.Empty, FakeVaultFault.Page(502));
        await bed.AdvanceAsync(TimeSpan.FromMinutes(1), Resting);
        await reader.WaitForAsync<SecretState.Unavailable>();

        bed.Node.Heal(string.Empty);
        await bed.AdvanceAsync(TimeSpan.FromMinutes(1), Resting);

        Assert.Equal(found, await reader.WaitForAsync<SecretState.Found>());
        Assert.Equal(1, bed.Node.Count(Data));
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
