using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Watching;
using static SecretProviders.Kubernetes.Tests.Watching.ScriptedClient;

namespace SecretProviders.Kubernetes.Tests.Watching;

/// <summary>How long a feed waits before it asks again what was denied.</summary>
public sealed class ObjectFeedPauseTests : ObjectFeedTest
{
    [Fact]
    public async Task Denial_after_a_good_watch_is_a_first_one_again()
    {
        Client.Permits = static _ => false;
        var (feed, web) = (Feed(mayNarrow: false), Web());
        var first = await PauseAsync(web, () => feed.Add(web));
        var pause = first;
        for (var i = 0; i < 9; i++)
        {
            pause = await PauseAsync(web, () => Clock.Advance(pause));
        }

        Client.Permits = static _ => true;
        Client.Then(Page("9", "web"), Watch(new ApiException(403, null, "scripted")));
        var after = await PauseAsync(web, () => Clock.Advance(pause));

        Assert.Equal((true, first), (pause > first, after));
        Assert.Equal([2610, 2601, 2610], Logs.EventIds);
    }

    [Fact]
    public async Task List_without_a_watch_after_it_is_no_end_of_a_denial()
    {
        Client.Permits = static _ => null;
        Client.Then(Page("9", "web"), Refuse(403), Page("9", "web"), Refuse(403));
        var (feed, web) = (Feed(mayNarrow: false), Web());

        var first = await PauseAsync(web, () => feed.Add(web));
        var second = await PauseAsync(web, () => Clock.Advance(first));

        Assert.Equal(2 * first, second);
        Assert.Single(Logs.EventIds, static id => id == 2610);
    }

    [Fact]
    public async Task Refused_credentials_after_a_good_watch_are_tried_again_as_soon_as_at_first()
    {
        var (feed, web) = (Feed(mayNarrow: false), Web());
        Client.Then(Refuse(401), Refuse(401), Page("9", "web"), Watch(new ApiException(401, null, "scripted")));
        var first = await PauseAsync(web, () => feed.Add(web));
        var second = await PauseAsync(web, () => Clock.Advance(first));

        var after = await PauseAsync(web, () => Clock.Advance(second));

        Assert.Equal((2 * first, first), (second, after));
        Assert.Equal([2610, 2601, 2610], Logs.EventIds);
    }

    /// <summary>Acts, and tells how long is waited after the denial that comes of it.</summary>
    private async Task<TimeSpan> PauseAsync(WatchedObject watched, Action act)
    {
        var denied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watched.Subscribe(() => _ = watched.View.Outage is SecretState.Denied && denied.TrySetResult());
        act();
        await denied.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        return Assert.Single(Clock.ActiveDelays);
    }
}
