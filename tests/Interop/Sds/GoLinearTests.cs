using SecretProviders.Testing;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>Names that come one after the other to one stream of go-control-plane's LinearCache.</summary>
public sealed class GoLinearTests() : GoSdsTest(delta: false, "linear")
{
    [Fact]
    public async Task Name_asked_later_is_found_though_nothing_has_changed_since()
    {
        await Server.PutAsync("first", Generic("one"));
        await Server.PutAsync("second", Generic("two"));

        // A busy machine's silence is not what the source finds the second one by.
        await using var source = CreateSource(static options => (options.AbsentAfter, options.Timeout) = (TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)));
        await using var first = new SecretStateReader(source, new SecretReference("first"));
        await first.WaitForAsync<SecretState.Found>();

        await using var second = new SecretStateReader(source, new SecretReference("second"));

        Assert.Equal("two", Text(await second.NextAsync()));
    }
}
