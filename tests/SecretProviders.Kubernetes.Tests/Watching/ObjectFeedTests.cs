using System.Collections.Concurrent;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Watching;
using static SecretProviders.Kubernetes.Tests.Watching.ScriptedClient;

namespace SecretProviders.Kubernetes.Tests.Watching;

/// <summary>What is permitted decides what is watched.</summary>
public sealed class ObjectFeedTests : ObjectFeedTest
{
    [Fact]
    public async Task Nothing_is_asked_for_what_is_not_permitted()
    {
        Client.Permits = static _ => false;
        var (feed, web) = (Feed(mayNarrow: false), Web());

        await DeniedAsync(web, () => feed.Add(web));

        Assert.Empty(Client.Asked);
        Assert.Equal([2610], Logs.EventIds);
    }

    [Fact]
    public async Task Permission_that_comes_is_taken_up_and_denial_was_logged_once()
    {
        Client.Permits = static _ => false;
        var (feed, web) = (Feed(mayNarrow: false), Web());
        await DeniedAsync(web, () => feed.Add(web));
        for (var i = 0; i < 3; i++)
        {
            await Clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
            await HeardAsync(web, () => Clock.Advance(TimeSpan.FromMinutes(1)));
        }

        Client.Permits = static _ => true;
        Client.Then(Page("9", "web"));
        await Clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Client.WhenAskedAsync(2);

        Assert.Equal("9", web.Told());
        Assert.Single(Logs.EventIds, static id => id == 2610);
    }

    [Fact]
    public async Task Without_the_whole_each_name_is_watched_alone()
    {
        Client.Permits = static selection => selection.Name is not null;
        Client.Then(Page("9", "web"));
        var (feed, web) = (Feed(mayNarrow: true), Web());

        feed.Add(web);
        await Client.WhenAskedAsync(2);

        Assert.Equal(["list web paged", "watch from 9 web"], Client.Asked);
        Assert.Equal("9", web.Told());
        Assert.Equal([2611, 2601], Logs.EventIds);
    }

    [Fact]
    public async Task Name_that_is_not_permitted_is_Denied_and_the_other_is_not()
    {
        Client.Permits = static selection => selection.Name == "web";
        Client.Then(Page("9", "web"));
        var (feed, web, api) = (Feed(mayNarrow: true), Web(), Web("api"));

        feed.Add(web);
        await Client.WhenAskedAsync(2);
        await DeniedAsync(api, () => feed.Add(api));

        Assert.Equal("9", web.Told());
    }

    [Fact]
    public async Task Whole_that_becomes_permitted_takes_the_place_of_the_names()
    {
        Client.Permits = static selection => selection.Name is not null;
        Client.Then(Page("9", "web"));
        var (feed, web) = (Feed(mayNarrow: true), Web());
        feed.Add(web);
        await Client.WhenAskedAsync(2);

        Client.Permits = static _ => true;
        Client.Then(Page("11", "web"));
        await Clock.WhenPausingAsync();
        Clock.Advance(TimeSpan.FromSeconds(2));
        await Client.WhenAskedAsync(2);

        Assert.Equal(["list web paged", "watch from 9 web", "list all paged", "watch from 11 all"], Client.Asked);
        Assert.Equal("11", web.Told());
    }

    [Fact]
    public async Task Failing_question_for_the_whole_does_not_disturb_the_names()
    {
        Client.Permits = static selection => selection.Name is not null;
        Client.Then(Page("9", "web"));
        var (feed, web) = (Feed(mayNarrow: true), Web());
        feed.Add(web);
        await Client.WhenAskedAsync(2);
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Client.Permits = _ =>
        {
            failed.TrySetResult();
            throw new HttpRequestException("refused");
        };

        await Clock.WhenPausingAsync();
        Clock.Advance(TimeSpan.FromSeconds(2));
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Clock.WhenPausingAsync();

        Assert.Equal("9", web.Told());
    }

    [Fact]
    public async Task Outage_before_the_names_are_tried_does_not_stay_with_them()
    {
        Client.Permits = static _ => throw new HttpRequestException("refused");
        var (feed, web, api) = (Feed(mayNarrow: true), Web(), Web("api"));
        await HeardAsync(web, () => feed.Add(web));
        Client.Permits = static selection => selection.Name is not null;
        Client.Then(Page("9", "web"), Watch(null, true), Page("9", "api"));
        await Clock.WhenPausingAsync();
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Client.WhenAskedAsync(2);
        Assert.Equal("9", web.Told());

        feed.Add(api);
        await Client.WhenAskedAsync(2);

        Assert.Equal("9", api.Told());
    }

    [Fact]
    public async Task All_namespaces_that_are_not_permitted_are_watched_one_by_one()
    {
        Client.Permits = static selection => selection.Namespace is not null;
        Client.Then(Page("9", "web", "api"));
        var (feed, web, api) = (Feed(new ObjectSelection(ApiResource.Secrets), mayNarrow: true), Web(), Web("api"));

        feed.Add(web);
        feed.Add(api);
        await Client.WhenAskedAsync(2);

        Assert.Equal(["list all paged", "watch from 9 all"], Client.Asked);
        Assert.Equal("9", web.Told());
    }

    [Fact]
    public async Task Who_comes_later_is_read_by_a_list_of_one_name()
    {
        Client.Then(Page("9", "web", "api"), Watch(null, true), Page("9", "api"));
        var (feed, web, api) = (Feed(mayNarrow: false), Web(), Web("api"));
        feed.Add(web);
        await Client.WhenAskedAsync(2);

        await HeardAsync(api, () => feed.Add(api));

        Assert.Equal(["list all paged", "watch from 9 all", "list api"], Client.Asked);
        Assert.Equal("9", api.Told());
    }

    [Fact]
    public async Task Many_whom_the_first_list_has_passed_come_with_another_list()
    {
        string[] names = [.. Enumerable.Range(0, 100).Select(static number => $"n-{number}")];
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Client.Then(
            async (question, cancellationToken) =>
            {
                await Page("9", [.. names, "web"])(question, cancellationToken);
                await open.Task.WaitAsync(cancellationToken);
            },
            Either,
            Either);
        var (feed, web) = (Feed(mayNarrow: false), Web());
        feed.Add(web);
        await Client.WhenAskedAsync(1);
        WatchedObject[] many = [.. names.Select(Web)];

        Array.ForEach(many, feed.Add);
        await HeardAsync(many[^1], open.SetResult);
        await Client.WhenAskedAsync(2);

        Assert.Equal(["list all paged", "list all paged", "watch from 9 all"], Client.Asked.Order());
        Assert.All(many, static watched => Assert.Equal("9", watched.Told()));

        // The list and the watch are asked for at once.
        Task Either(Question question, CancellationToken cancellationToken) =>
            (question.Handler is null ? Page("9", names) : Watch(null, true))(question, cancellationToken);
    }

    [Fact]
    public async Task Who_waits_for_a_list_that_is_late_is_read_by_its_name()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Client.Then(
            async (question, cancellationToken) =>
            {
                await open.Task.WaitAsync(cancellationToken);
                await Page("9", "web", "api")(question, cancellationToken);
            },
            Page("9", "web"));
        var (feed, web, api) = (Feed(mayNarrow: false), Web(), Web("api"));
        feed.Add(web);
        await Client.WhenAskedAsync(1);
        await Clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);

        await HeardAsync(web, () => Clock.Advance(WatchSettings.LateList));
        Assert.Equal("9", web.Told());
        Client.Then(Page("9", "api"));
        await HeardAsync(api, () => feed.Add(api));
        Client.Then(Watch(null, true));
        open.SetResult();
        await Client.WhenAskedAsync(3);

        Assert.Equal(["list all paged", "list web", "list api", "watch from 9 all"], Client.Asked);
        Assert.Equal("9", api.Told());
    }

    [Fact]
    public async Task Single_read_that_fails_is_an_outage_of_its_object_and_is_tried_again()
    {
        Client.Then(Page("9", "web", "api"), Watch(null, true), Refuse(500), Page("9", "api"));
        var (feed, web, api) = (Feed(mayNarrow: false), Web(), Web("api"));
        feed.Add(web);
        await Client.WhenAskedAsync(2);
        await HeardAsync(api, () => feed.Add(api));
        Assert.Equal(("9", "lost"), (web.Told(), api.Told()));

        await Clock.WhenPausingAsync();
        await HeardAsync(api, () => Clock.Advance(TimeSpan.FromSeconds(1)));

        Assert.Equal("9", api.Told());
    }

    [Fact]
    public async Task Refresh_lists_anew_and_ends_when_it_is_complete()
    {
        Client.Then(Page("9", "web"), Watch(null, true), Page("11", "web"));
        var (feed, web) = (Feed(mayNarrow: false), Web());
        feed.Add(web);
        await Client.WhenAskedAsync(2);

        await feed.RefreshAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal("11", web.Told());
    }

    [Fact]
    public async Task Refresh_ends_also_when_the_permission_is_gone()
    {
        Client.Then(Page("9", "web"), Watch(null, true));
        var (feed, web) = (Feed(mayNarrow: false), Web());
        feed.Add(web);
        await Client.WhenAskedAsync(2);
        Client.Permits = static _ => false;

        await feed.RefreshAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.IsType<SecretState.Denied>(web.View.Outage);
    }

    [Fact]
    public async Task Refresh_of_a_feed_that_was_disposed_ends()
    {
        var feed = Feed(mayNarrow: false);
        feed.Add(Web());
        await Client.WhenAskedAsync(1);

        await feed.DisposeAsync();

        await feed.RefreshAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Proof_that_fails_is_an_outage()
    {
        Client.Permits = static _ => throw new HttpRequestException("refused");
        var (feed, web) = (Feed(mayNarrow: true), Web());

        await HeardAsync(web, () => feed.Add(web));

        Assert.IsType<SecretState.Unavailable>(web.View.Outage);
    }

    [Fact]
    public async Task Proof_that_fails_in_the_moment_of_a_refresh_is_tried_again()
    {
        var (feed, web) = (Feed(mayNarrow: false), Web());
        var refreshed = Task.CompletedTask;
        Client.Then(Page("9", "web"));
        Client.Permits = _ =>
        {
            Client.Permits = static _ => true;
            refreshed = feed.RefreshAsync();
            throw new HttpRequestException("refused");
        };

        feed.Add(web);
        await Client.WhenAskedAsync(2);

        Assert.Equal("9", web.Told());
        await refreshed.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Name_that_came_since_the_whole_was_denied_is_never_called_absent()
    {
        Client.Then(Page("9", "web"), Refuse(403), Page("10", "web"));
        var (feed, web, api) = (Feed(mayNarrow: true), Web(), Web("api"));
        feed.Add(web);
        await Client.WhenAskedAsync(4);
        var told = new ConcurrentQueue<string>();
        api.Subscribe(() => told.Enqueue(api.Told()));

        Client.Then(Page("11", "api"));
        feed.Add(api);
        await Client.WhenAskedAsync(2);

        Assert.Equal(["11"], told);
    }

    [Fact]
    public async Task Credentials_that_are_refused_deny_all_and_narrow_nothing()
    {
        Client.Then(Page("9", "web"), Refuse(401, "Unauthorized"));
        var (feed, web) = (Feed(mayNarrow: true), Web());
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        web.Subscribe(() => _ = web.View.Outage is SecretState.Denied && lost.TrySetResult());
        feed.Add(web);
        await lost.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Clock.WaitForTimersAsync(1, TestContext.Current.CancellationToken);
        Assert.Equal([2601, 2610], Logs.EventIds);

        Client.Then(Page("11", "web"));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Client.WhenAskedAsync(4);

        Assert.Equal(["list all paged", "watch from 9 all", "list all paged", "watch from 11 all"], Client.Asked);
        Assert.Equal("11", web.Told());
    }
}
