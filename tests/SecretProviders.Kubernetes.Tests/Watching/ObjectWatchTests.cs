using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Kubernetes.Watching;
using SecretProviders.Testing;
using static SecretProviders.Kubernetes.Tests.Watching.ScriptedClient;

namespace SecretProviders.Kubernetes.Tests.Watching;

/// <summary>What a watch asks, and what it makes of the answers.</summary>
public sealed class ObjectWatchTests : IAsyncDisposable
{
    private static readonly (WatchEventType, string, string) Web5 = (WatchEventType.Added, "web", "5");
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedClient _client = new();
    private readonly WatchedObject _web = new(new ObjectKey(ApiResource.Secrets, "edge", "web"));
    private readonly CancellationTokenSource _stopping = new();
    private readonly ObjectSelection _selection = new(ApiResource.Secrets, "edge");
    private readonly NamedTracker _tracker;
    private readonly WatchSettings _settings;
    private readonly List<string> _told = [];
    private Task<SecretState.Denied?> _run = Task.FromResult<SecretState.Denied?>(null);

    public ObjectWatchTests()
    {
        _settings = new WatchSettings(_client, new AccessProver(_client), TimeSpan.FromMinutes(1), _clock, NullLogger.Instance) { NextRandom = static () => 0.5 };
        _tracker = new NamedTracker(_selection, static _ => { });
        _web.Subscribe(() => _told.Add(_web.Told()));
        _tracker.Add(_web);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _run;
        _stopping.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task Streamed_list_goes_on_as_the_watch()
    {
        await RunAsync(1, Watch(null, true, Web5, (WatchEventType.Bookmark, "END", "9"), (WatchEventType.Modified, "web", "10")));

        Assert.Equal(["stream all"], _client.Asked);
        Assert.Equal(["5", "10"], _told);
    }

    [Fact]
    public async Task Streamed_watch_is_begun_anew_after_the_recheck_where_it_was()
    {
        await RunAsync(1, Watch(null, true, Web5, (WatchEventType.Bookmark, "END", "9"), (WatchEventType.Bookmark, "", "12")));

        _clock.Advance(TimeSpan.FromMinutes(1));
        await _client.WhenAskedAsync(1);

        Assert.Equal(["stream all", "watch from 12 all"], _client.Asked);
    }

    [Fact]
    public async Task Streamed_watch_that_is_cut_goes_on_where_it_was()
    {
        await RunAsync(2, Watch(new IOException("cut"), false, Web5, (WatchEventType.Bookmark, "END", "9"), (WatchEventType.Modified, "web", "10")));

        Assert.Equal(["stream all", "watch from 10 all"], _client.Asked);
    }

    [Theory]
    [InlineData(422)]
    [InlineData(400)]
    public async Task Server_that_does_not_stream_is_listed_and_watched_from_there(int code)
    {
        await RunAsync(3, Refuse(code), Page("9", "web"));

        Assert.Equal(["stream all", "list all paged", "watch from 9 all"], _client.Asked);
        Assert.False(_settings.StreamsLists);
        Assert.Equal(["9"], _told);
    }

    [Fact]
    public async Task Server_that_ignores_the_wish_to_stream_is_listed_after_a_silence()
    {
        await RunAsync(1, Watch(null, true, Web5), Page("9", "web"));

        _clock.Advance(TimeSpan.FromSeconds(10));
        await _client.WhenAskedAsync(2);

        Assert.Equal(["stream all", "list all paged", "watch from 9 all"], _client.Asked);
    }

    [Fact]
    public async Task Pages_are_one_list()
    {
        await RunAsync(4, Refuse(422), PageOf("9", "more", "api"), Page("9", "web"));

        Assert.Equal(["stream all", "list all paged", "list all paged after more", "watch from 9 all"], _client.Asked);
        Assert.Equal(["9"], _told);
    }

    [Fact]
    public async Task Continuation_that_is_gone_is_a_list_without_pages()
    {
        await RunAsync(4, Refuse(422), PageOf("9", "more", "web"), Refuse(410, "Expired"), Page("11", "web"));
        await _client.WhenAskedAsync(1);

        Assert.Equal(["stream all", "list all paged", "list all paged after more", "list all", "watch from 11 all"], _client.Asked);
        Assert.DoesNotContain("absent", _told);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("11")]
    public async Task Version_that_is_gone_is_listed_anew_and_nothing_is_said_before_its_end(string after)
    {
        string[] left = after == "absent" ? [] : ["web"];
        await RunAsync(5, Refuse(422), Page("9", "web"), Watch(new ApiException(410, "Expired", "too old")), Page("11", left));

        Assert.Equal(["stream all", "list all paged", "watch from 9 all", "list all paged", "watch from 11 all"], _client.Asked);
        Assert.Equal(["9", after], _told);
    }

    [Fact]
    public async Task Watch_that_breaks_goes_on_from_its_last_event_and_nothing_is_said()
    {
        await RunAsync(4, Refuse(422), Page("9", "web"), Watch(new IOException("cut"), false, (WatchEventType.Modified, "web", "10")));

        Assert.Equal("watch from 10 all", _client.Asked.Last());
        Assert.Equal(["9", "10"], _told);
    }

    [Fact]
    public async Task Watch_that_cannot_be_reached_is_lost_until_it_is_accepted_again()
    {
        await RunAsync(3, Refuse(422), Page("9", "web"), Fail(new HttpRequestException("refused")), Watch(null, true));
        await _clock.WhenPausingAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _client.WhenAskedAsync(1);

        Assert.Equal("watch from 9 all", _client.Asked.Last());
        Assert.Equal(["9", "lost", "9"], _told);
    }

    [Fact]
    public async Task Throttled_server_is_left_alone_for_as_long_as_it_asks()
    {
        await RunAsync(3, Refuse(422), Page("9", "web"), Refuse(429, "TooManyRequests", TimeSpan.FromSeconds(77)));
        await _clock.WhenPausingAsync();

        Assert.Contains(TimeSpan.FromSeconds(77), _clock.ActiveDelays);
        Assert.Equal(TimeSpan.FromSeconds(77), Assert.IsType<SecretState.Unavailable>(_web.View.Outage).RetryAfter);
    }

    [Fact]
    public async Task Event_without_a_version_is_no_place_to_go_on_from()
    {
        await RunAsync(3, Refuse(422), Page("9", "web"), Watch(null, true, (WatchEventType.Modified, "web", "")));
        await _clock.WhenPausingAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _client.WhenAskedAsync(1);

        Assert.Equal("watch from 9 all", _client.Asked.Last());
    }

    [Fact]
    public async Task Credentials_that_are_refused_end_it_and_say_nothing_of_permissions()
    {
        _client.Then(Refuse(422), Page("9", "web"), Refuse(401, "Unauthorized"));

        var refused = await Assert.ThrowsAsync<ApiException>(() => new ObjectWatch(_settings, _selection, _tracker).RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal(401, refused.Code);
    }

    [Fact]
    public async Task What_is_not_permitted_any_more_ends_it()
    {
        _client.Then(Refuse(422), Page("9", "web"), Refuse(403, "Forbidden"));

        var denied = await new ObjectWatch(_settings, _selection, _tracker).RunAsync(TestContext.Current.CancellationToken);

        Assert.NotNull(denied);
        Assert.Equal(["9"], _told);
    }

    [Fact]
    public async Task Optional_sort_that_is_not_served_has_no_objects()
    {
        var selection = new ObjectSelection(ApiResource.ReferenceGrants, "edge");
        var grants = new WatchedObject(new ObjectKey(ApiResource.ReferenceGrants, "edge", null));
        var tracker = new WholeTracker(selection);
        tracker.Add(grants);
        _client.Then(Refuse(404));
        var round = tracker.Round;

        _run = new ObjectWatch(_settings, selection, tracker).RunAsync(_stopping.Token);
        await round.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal("absent", grants.Told());
    }

    [Fact]
    public async Task Optional_sort_that_was_listed_is_lost_while_it_is_not_served()
    {
        var selection = new ObjectSelection(ApiResource.ReferenceGrants, "edge");
        var grants = new WatchedObject(new ObjectKey(ApiResource.ReferenceGrants, "edge", null));
        var tracker = new WholeTracker(selection);
        tracker.Add(grants);
        _client.Then(Refuse(422), Page("9"), Refuse(404), Refuse(404));
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        grants.Subscribe(() =>
        {
            _told.Add(grants.Told());
            _ = grants.Told() == "lost" && lost.TrySetResult();
        });
        _run = new ObjectWatch(_settings, selection, tracker).RunAsync(_stopping.Token);
        await _client.WhenAskedAsync(3);
        await lost.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        _client.Then(Page("11"));
        while (_client.Asked.Last() != "watch from 11 all")
        {
            // One before each question, and none after the last.
            await _clock.WhenPausingAsync(orThat: () => _client.Asked.Last() == "watch from 11 all");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("absent", grants.Told());
        Assert.Equal(["absent", "lost", "absent"], _told.Where((told, index) => index == 0 || told != _told[index - 1]));
    }

    [Fact]
    public async Task Optional_sort_that_an_earlier_watch_listed_is_lost_too()
    {
        var selection = new ObjectSelection(ApiResource.ReferenceGrants, "edge");
        var grants = new WatchedObject(new ObjectKey(ApiResource.ReferenceGrants, "edge", null));
        var tracker = new WholeTracker(selection);
        tracker.Add(grants);
        _client.Then(Refuse(422), Page("9"), Refuse(403), Refuse(404));
        await new ObjectWatch(_settings, selection, tracker).RunAsync(TestContext.Current.CancellationToken);
        var round = tracker.Round;

        _run = new ObjectWatch(_settings, selection, tracker).RunAsync(_stopping.Token);
        await round.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal("lost", grants.Told());
    }

    [Fact]
    public async Task Cancelled_watch_ends_without_a_word()
    {
        await RunAsync(1, Watch(null, true, Web5, (WatchEventType.Bookmark, "END", "9")));

        await _stopping.CancelAsync();

        Assert.Null(await _run);
        Assert.Equal(["5"], _told);
    }

    private async Task RunAsync(int questions, params Answer[] answers)
    {
        _client.Then(answers);
        _run = new ObjectWatch(_settings, _selection, _tracker).RunAsync(_stopping.Token);
        await _client.WhenAskedAsync(questions);
    }
}
