namespace SecretProviders.Interop.Tests.Sds;

/// <summary>Names that come one after the other to one stream of go-control-plane's LinearCache.</summary>
public sealed class GoLinearTests() : GoSdsTest(delta: false, "linear")
{
    [Fact]
    public async Task Name_asked_later_is_found_though_nothing_has_changed_since()
    {
        await Server.PutAsync("first", Generic("one"));
        await Server.PutAsync("second", Generic("two"));
        await using var first = Watch("first");
        await first.WaitForAsync<SecretState.Found>();

        await using var second = Watch("second");

        Assert.Equal("two", Text(await second.NextAsync()));
    }
}
