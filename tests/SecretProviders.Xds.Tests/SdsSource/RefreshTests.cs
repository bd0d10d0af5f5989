using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>Who has repaired a server need not wait for the next attempt; the clock stands still here.</summary>
public sealed class RefreshTests : SdsSourceTest
{
    private static readonly GrpcStatus Refusal = new(GrpcStatusCode.PermissionDenied, "not registered");

    [Fact]
    public async Task Server_that_is_back_is_asked_at_once()
    {
        Server.Put("a", Generic("one"));
        var source = Source();
        var reader = Watch(source, "a");
        await reader.NextAsync();
        await Server.KillAsync();
        Assert.IsType<SecretState.Unavailable>(await reader.NextAsync());
        await WhenWaitingAsync();
        Server.Put("a", Generic("two"));
        await Server.ListenAsync();

        await source.RefreshAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("two", Text(await reader.NextAsync()));
    }

    [Fact]
    public async Task Name_that_was_refused_is_asked_for_at_once()
    {
        Server.Refuse("late", Refusal);
        var source = Source();
        var reader = Watch(source, "late");
        Assert.IsType<SecretState.Denied>(await reader.NextAsync());
        await WhenWaitingAsync();
        Server.Put("late", Generic("registered"));
        Server.Refuse("late", status: null);

        await source.RefreshAsync(new SecretReference("late"), TestContext.Current.CancellationToken);

        Assert.Equal("registered", Text(await reader.NextAsync()));
    }

    [Fact]
    public async Task Refresh_ends_one_wait_and_not_those_to_come()
    {
        Server.Refuse("foreign", Refusal);
        var source = Source();
        await Watch(source, "foreign").NextAsync();
        await WhenWaitingAsync();
        var opened = Server.Opened;

        await source.RefreshAsync(cancellationToken: TestContext.Current.CancellationToken);
        await WhenAsync(() => Server.Opened != opened, "the next attempt");
        await WhenWaitingAsync();
        Assert.Equal(opened + 1, Server.Opened);
    }

    // The wait between attempts: the first is 100 ms at most, and the second twice that.
    private Task WhenWaitingAsync() =>
        WhenAsync(() => Clock.ActiveDelays.Any(static delay => delay <= TimeSpan.FromMilliseconds(200)), "the wait before the next attempt");
}
