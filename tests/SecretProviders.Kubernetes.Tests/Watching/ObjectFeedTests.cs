using System.Collections.Concurrent;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Kubernetes.Watching;
using SecretProviders.Testing;
using static SecretProviders.Kubernetes.Tests.Watching.ScriptedClient;

namespace SecretProviders.Kubernetes.Tests.Watching;

/// <summary>What is permitted decides what is watched.</summary>
public sealed class ObjectFeedTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly LogCollector _logs = new();
    private readonly ScriptedClient _client = new();
    private readonly WatchSettings _settings;
    private readonly List<ObjectFeed> _feeds = [];

    public ObjectFeedTests() => _settings =
        new WatchSettings(_client, new AccessProver(_client), TimeSpan.FromMinutes(1), _clock, _logs.CreateLogger("feed")) { NextRandom = static () => 0.5, StreamsLists = false };

    public async ValueTask DisposeAsync()
    {
        foreach (var feed in _feeds)
        {
            await feed.DisposeAsync();
        }

        _client.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task Nothing_is_asked_for_what_is_not_permitted()
    {
        _client.Permits = static _ => false;
        var (feed, web) = (Feed(mayNarrow: false), Web());

        await DeniedAsync(web, () => feed.Add(web));

        Assert.Empty(_client.Asked);
        Assert.Equal([2610], _logs.EventIds);
    }

    [Fact]
    public async Task Permission_that_comes_is_taken_up_and_denial_was_logged_once()
    {
        _client.Permits = static _ => false;
        var (feed, web) = (Feed(mayNarrow: false), Web());
        await DeniedAsync(web, () => feed.Add(web));
        for (var i = 0; i < 3; i++)
        {
            await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
            await HeardAsync(web, () => _clock.Advance(TimeSpan.FromMinutes(1)));
        }

        _client.Permits = static _ => true;
        _client.Then(Page("9", "web"));
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _client.WhenAskedAsync(2);

        Assert.Equal("9", web.Told());
        Assert.Single(_logs.EventIds, static id => id == 2610);
    }

    [Fact]
    public async Task Without_the_whole_each_name_is_watched_alone()
    {
        _client.Permits = static selection => selection.Name is not null;
        _client.Then(Page("9", "web"));
        var (feed, web) = (Feed(mayNarrow: true), Web());

        feed.Add(web);
        await _client.WhenAskedAsync(2);

        Assert.Equal(["list web paged", "watch from 9 web"], _client.Asked);
        Assert.Equal("9", web.Told());
        Assert.Equal([2611, 2601], _logs.EventIds);
    }

    [Fact]
    public async Task Name_that_is_not_permitted_is_Denied_and_the_other_is_not()
    {
        _client.Permits = static selection => selection.Name == "web";
        _client.Then(Page("9", "web"));
        var (feed, web, api) = (Feed(mayNarrow: true), Web(), Web("api"));

        feed.Add(web);
        await _client.WhenAskedAsync(2);
        await DeniedAsync(api, () => feed.Add(api));

        Assert.Equal("9", web.Told());
    }

    [Fact]
    public async Task Whole_that_becomes_permitted_takes_the_place_of_the_names()
    {
        _client.Permits = static selection => selection.Name is not null;
        _client.Then(Page("9", "web"));
        var (feed, web) = (Feed(mayNarrow: true), Web());
        feed.Add(web);
        await _client.WhenAskedAsync(2);

        _client.Permits = static _ => true;
        _client.Then(Page("11", "web"));
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _client.WhenAskedAsync(2);

        Assert.Equal(["list web paged", "watch from 9 web", "list all paged", "watch from 11 all"], _client.Asked);
        Assert.Equal("11", web.Told());
    }

    [Fact]
    public async Task Failing_question_for_the_whole_does_not_disturb_the_names()
    {
        _client.Permits = static selection => selection.Name is not null;
        _client.Then(Page("9", "web"));
        var (feed, web) = (Feed(mayNarrow: true), Web());
        feed.Add(web);
        await _client.WhenAskedAsync(2);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _client.Permits = _ =>
        {
            failed.TrySetResult();
            throw new HttpRequestException("refused");
        };

        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);

        Assert.Equal("9", web.Told());
    }

    [Fact]
    public async Task Outage_before_the_names_are_tried_does_not_stay_with_them()
    {
        _client.Permits = static _ => throw new HttpRequestException("refused");
        var (feed, web, api) = (Feed(mayNarrow: true), Web(), Web("api"));
        await HeardAsync(web, () => feed.Add(web));
        _client.Permits = static selection => selection.Name is not null;
        _client.Then(Page("9", "web"), Watch(null, true), Page("9", "api"));
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _client.WhenAskedAsync(2);
        Assert.Equal("9", web.Told());

        feed.Add(api);
        await _client.WhenAskedAsync(2);

        Assert.Equal("9", api.Told());
    }

    [Fact]
    public async Task All_namespaces_that_are_not_permitted_are_watched_one_by_one()
    {
        _client.Permits = static selection => selection.Namespace is not null;
        _client.Then(Page("9", "web", "api"));
        var feed = new ObjectFeed(_settings, new ObjectSelection(ApiResource.Secrets), whole: false, mayNarrow: true);
        _feeds.Add(feed);
        var (web, api) = (Web(), Web("api"));

        feed.Add(web);
        feed.Add(api);
        await _client.WhenAskedAsync(2);

        Assert.Equal(["list all paged", "watch from 9 all"], _client.Asked);
        Assert.Equal("9", web.Told());
    }

    [Fact]
    public async Task Who_comes_later_is_read_by_a_list_of_one_name()
    {
        _client.Then(Page("9", "web", "api"), Watch(null, true), Page("9", "api"));
        var (feed, web, api) = (Feed(mayNarrow: false), Web(), Web("api"));
        feed.Add(web);
        await _client.WhenAskedAsync(2);

        await HeardAsync(api, () => feed.Add(api));

        Assert.Equal(["list all paged", "watch from 9 all", "list api"], _client.Asked);
        Assert.Equal("9", api.Told());
    }

    [Fact]
    public async Task Single_read_that_fails_is_an_outage_of_its_object_and_is_tried_again()
    {
        _client.Then(Page("9", "web", "api"), Watch(null, true), Refuse(500), Page("9", "api"));
        var (feed, web, api) = (Feed(mayNarrow: false), Web(), Web("api"));
        feed.Add(web);
        await _client.WhenAskedAsync(2);
        await HeardAsync(api, () => feed.Add(api));
        Assert.Equal(("9", "lost"), (web.Told(), api.Told()));

        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _client.WhenAskedAsync(2);

        Assert.Equal("9", api.Told());
    }

    [Fact]
    public async Task Refresh_lists_anew_and_ends_when_it_is_complete()
    {
        _client.Then(Page("9", "web"), Watch(null, true), Page("11", "web"));
        var (feed, web) = (Feed(mayNarrow: false), Web());
        feed.Add(web);
        await _client.WhenAskedAsync(2);

        await feed.RefreshAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal("11", web.Told());
    }

    [Fact]
    public async Task Refresh_ends_also_when_the_permission_is_gone()
    {
        _client.Then(Page("9", "web"), Watch(null, true));
        var (feed, web) = (Feed(mayNarrow: false), Web());
        feed.Add(web);
        await _client.WhenAskedAsync(2);
        _client.Permits = static _ => false;

        await feed.RefreshAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.IsType<SecretState.Denied>(web.View.Outage);
    }

    [Fact]
    public async Task Refresh_of_a_feed_that_was_disposed_ends()
    {
        var feed = Feed(mayNarrow: false);
        feed.Add(Web());
        await _client.WhenAskedAsync(1);

        await feed.DisposeAsync();

        await feed.RefreshAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Proof_that_fails_is_an_outage()
    {
        _client.Permits = static _ => throw new HttpRequestException("refused");
        var (feed, web) = (Feed(mayNarrow: true), Web());

        await HeardAsync(web, () => feed.Add(web));

        Assert.IsType<SecretState.Unavailable>(web.View.Outage);
    }

    [Fact]
    public async Task Proof_that_fails_in_the_moment_of_a_refresh_is_tried_again()
    {
        var (feed, web) = (Feed(mayNarrow: false), Web());
        var refreshed = Task.CompletedTask;
        _client.Then(Page("9", "web"));
        _client.Permits = _ =>
        {
            _client.Permits = static _ => true;
            refreshed = feed.RefreshAsync();
            throw new HttpRequestException("refused");
        };

        feed.Add(web);
        await _client.WhenAskedAsync(2);

        Assert.Equal("9", web.Told());
        await refreshed.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Name_that_came_since_the_whole_was_denied_is_never_called_absent()
    {
        _client.Then(Page("9", "web"), Refuse(403), Page("10", "web"));
        var (feed, web, api) = (Feed(mayNarrow: true), Web(), Web("api"));
        feed.Add(web);
        await _client.WhenAskedAsync(4);
        var told = new ConcurrentQueue<string>();
        api.Subscribe(() => told.Enqueue(api.Told()));

        _client.Then(Page("11", "api"));
        feed.Add(api);
        await _client.WhenAskedAsync(2);

        Assert.Equal(["11"], told);
    }

    [Fact]
    public async Task Credentials_that_are_refused_deny_all_and_narrow_nothing()
    {
        _client.Then(Page("9", "web"), Refuse(401, "Unauthorized"));
        var (feed, web) = (Feed(mayNarrow: true), Web());
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        web.Subscribe(() => _ = web.View.Outage is SecretState.Denied && lost.TrySetResult());
        feed.Add(web);
        await lost.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await _clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal([2601, 2610], _logs.EventIds);

        _client.Then(Page("11", "web"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _client.WhenAskedAsync(4);

        Assert.Equal(["list all paged", "watch from 9 all", "list all paged", "watch from 11 all"], _client.Asked);
        Assert.Equal("11", web.Told());
    }

    private static WatchedObject Web(string name = "web") => new(new ObjectKey(ApiResource.Secrets, "edge", name));

    private static async Task HeardAsync(WatchedObject watched, Action act)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Listener() => heard.TrySetResult();
        watched.Subscribe(Listener);
        act();
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    private static async Task DeniedAsync(WatchedObject watched, Action act)
    {
        await HeardAsync(watched, act);
        Assert.IsType<SecretState.Denied>(watched.View.Outage);
    }

    private ObjectFeed Feed(bool mayNarrow)
    {
        var feed = new ObjectFeed(_settings, new ObjectSelection(ApiResource.Secrets, "edge"), whole: false, mayNarrow);
        _feeds.Add(feed);
        return feed;
    }
}
