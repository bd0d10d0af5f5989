namespace SecretProviders.Interop.Tests.Sds;

/// <summary>
/// go-control-plane's SnapshotCache by the incremental variant. No conformance suite: it does not say that a subscribed name
/// is not there, so that such a name is Unavailable and not absent.
/// </summary>
public sealed class GoDeltaTests() : GoSdsTest(delta: true)
{
    [Fact]
    public async Task Secret_is_found_changes_and_is_removed()
    {
        await Server.PutAsync("token", Generic("one"));
        await using var reader = Watch("token");
        Assert.Equal("one", Text(await reader.WaitForAsync<SecretState.Found>()));

        await Server.PutAsync("token", Generic("two"));
        Assert.Equal("two", Text(await reader.WaitForAsync<SecretState.Found>()));
        await Server.DeleteAsync("token");

        Assert.Equal("two", Text((await reader.WaitForAsync<SecretState.Removed>()).LastGood!));
    }

    [Fact]
    public async Task Secret_that_comes_later_is_found_whatever_was_said_before()
    {
        await using var reader = Watch("late");
        Assert.False(reader.HasNews);

        await Server.PutAsync("late", Generic("here"));

        Assert.Equal("here", Text(await reader.WaitForAsync<SecretState.Found>()));
    }
}
