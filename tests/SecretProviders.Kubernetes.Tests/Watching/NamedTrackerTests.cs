using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;
using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes.Tests.Watching;

public sealed class NamedTrackerTests
{
    private static readonly SecretState Outage = new SecretState.Unavailable("down");
    private readonly List<WatchedObject> _fetched = [];
    private readonly NamedTracker _tracker;

    public NamedTrackerTests() => _tracker = Create(new ObjectSelection(ApiResource.Secrets, "edge"));

    [Fact]
    public void List_tells_what_is_there_and_at_its_end_what_is_not()
    {
        var (web, gone) = (Watch("web"), Watch("gone"));
        _tracker.Begin();
        _tracker.See(WatchEventType.Added, "web", "5");
        Assert.Equal(("5", "unknown"), (web.Told(), gone.Told()));

        _tracker.End("9");

        Assert.Equal(("5", "absent"), (web.Told(), gone.Told()));
    }

    [Fact]
    public void Events_after_the_list_change_what_is_known()
    {
        var web = Watch("web");
        _tracker.List("9", ("web", "5"));
        _tracker.See(WatchEventType.Modified, "web", "10");
        Assert.Equal("10", web.Told());

        _tracker.See(WatchEventType.Deleted, "web", "11");
        Assert.Equal("absent", web.Told());

        _tracker.See(WatchEventType.Added, "web", "12");
        Assert.Equal("12", web.Told());
    }

    [Fact]
    public void Of_what_nobody_asks_for_nothing_is_kept_but_the_name()
    {
        _tracker.List("9", ("web", "5"), ("api", "6"));

        Assert.Equal("absent", Watch("other").Told());
        Assert.Empty(_fetched);
    }

    [Fact]
    public void Who_comes_after_the_list_is_read_alone()
    {
        _tracker.List("9", ("web", "5"));

        var web = Watch("web");

        Assert.Equal([web], _fetched);
        Assert.Equal("unknown", web.Told());
    }

    [Fact]
    public void Who_comes_after_the_deletion_is_told_so_without_a_read()
    {
        _tracker.List("9", ("web", "5"));
        _tracker.See(WatchEventType.Deleted, "web", "10");

        Assert.Equal("absent", Watch("web").Told());
        Assert.Empty(_fetched);
    }

    [Fact]
    public void Who_comes_within_the_list_and_was_passed_is_read_at_its_end()
    {
        _tracker.Begin();
        _tracker.See(WatchEventType.Added, "web", "5");
        var web = Watch("web");
        Assert.Empty(_fetched);

        _tracker.End("9");

        Assert.Equal([web], _fetched);
    }

    [Fact]
    public void Who_waits_for_a_list_that_is_late_is_read_alone()
    {
        var web = Watch("web");
        _tracker.Begin();

        _tracker.Late();
        var api = Watch("api");

        Assert.Equal([web, api], _fetched);
    }

    [Fact]
    public void List_that_goes_on_is_not_late()
    {
        var web = Watch("web");
        _tracker.Begin();
        _tracker.See(WatchEventType.Added, "api", "5");

        _tracker.Late();
        Watch("other");

        Assert.Equal("unknown", web.Told());
        Assert.Empty(_fetched);
    }

    [Fact]
    public void List_that_was_late_and_goes_on_is_waited_for_again()
    {
        _tracker.Begin();
        _tracker.Late();
        _tracker.See(WatchEventType.Added, "api", "5");

        Watch("web");

        Assert.Empty(_fetched);
    }

    [Fact]
    public void What_is_known_already_is_not_read_for_a_late_list()
    {
        var web = Watch("web");
        _tracker.List("9", ("web", "5"));
        _tracker.Begin();

        _tracker.Late();

        Assert.Equal("5", web.Told());
        Assert.Empty(_fetched);
    }

    [Fact]
    public void Read_beside_a_late_list_counts_and_the_list_does_not_turn_it_back()
    {
        var (web, gone) = (Watch("web"), Watch("gone"));
        _tracker.Begin();
        _tracker.Late();
        _tracker.Fetched(web, Object("web", "12"), "12", _tracker.Epoch);
        _tracker.Fetched(gone, null, "12", _tracker.Epoch);
        Assert.Equal(("12", "absent"), (web.Told(), gone.Told()));

        _tracker.See(WatchEventType.Added, "gone", "5");
        _tracker.End("9");

        Assert.Equal(("12", "absent"), (web.Told(), gone.Told()));
    }

    [Fact]
    public void Second_list_removes_what_is_missing_only_at_its_end()
    {
        var (web, api) = (Watch("web"), Watch("api"));
        _tracker.List("9", ("web", "5"), ("api", "6"));
        _tracker.Begin();
        _tracker.See(WatchEventType.Added, "api", "6");
        Assert.Equal(("5", "6"), (web.Told(), api.Told()));

        _tracker.End("20");

        Assert.Equal(("absent", "6"), (web.Told(), api.Told()));
    }

    [Fact]
    public void List_that_broke_off_removes_nothing()
    {
        var web = Watch("web");
        _tracker.List("9", ("web", "5"));
        _tracker.Begin();
        _tracker.Lose(Outage);
        _tracker.Begin();
        _tracker.See(WatchEventType.Added, "web", "5");
        _tracker.End("30");

        Assert.Equal("5", web.Told());
    }

    [Fact]
    public void What_only_a_list_that_broke_off_has_seen_is_absent_after_the_next()
    {
        var web = Watch("web");
        _tracker.Begin();
        _tracker.See(WatchEventType.Added, "web", "5");
        _tracker.Begin();

        _tracker.End("30");

        Assert.Equal("absent", web.Told());
        Assert.Empty(_fetched);
    }

    [Fact]
    public void Restored_store_counts_from_further_back()
    {
        var web = Watch("web");
        _tracker.List("1000", ("web", "900"));

        _tracker.List("10", ("web", "7"));

        Assert.Equal("7", web.Told());
    }

    [Fact]
    public void Deletion_within_a_streamed_list_counts()
    {
        var web = Watch("web");
        _tracker.Begin();
        _tracker.See(WatchEventType.Added, "web", "5");
        _tracker.See(WatchEventType.Deleted, "web", "6");
        _tracker.End("6");

        Assert.Equal("absent", web.Told());
    }

    [Fact]
    public void Outage_is_told_to_all_and_to_who_comes_later()
    {
        var web = Watch("web");
        _tracker.List("9", ("web", "5"));
        _tracker.Lose(Outage);

        Assert.Equal(("lost", "lost"), (web.Told(), Watch("api").Told()));

        _tracker.Regain();
        Assert.Equal("5", web.Told());
    }

    [Fact]
    public void Single_read_counts_unless_a_list_began_meanwhile()
    {
        _tracker.List("9", ("web", "5"));
        var web = Watch("web");
        var asked = _tracker.Epoch;
        _tracker.Begin();

        _tracker.Fetched(web, Object("web", "8"), "9", asked);
        Assert.Equal("unknown", web.Told());

        _tracker.End("12");
        _tracker.Fetched(web, null, "13", _tracker.Epoch);
        Assert.Equal("absent", web.Told());
    }

    [Fact]
    public void Single_read_while_the_watch_is_lost_may_be_out_of_date_already()
    {
        _tracker.List("9", ("web", "5"));
        var web = Watch("web");
        _tracker.Lose(Outage);

        _tracker.Fetched(web, Object("web", "5"), "9", _tracker.Epoch);
        Assert.Equal("lost", web.Told());

        _tracker.Regain();
        Assert.Equal("5", web.Told());
    }

    [Fact]
    public void Single_read_that_failed_is_not_healed_by_a_watch_that_was_never_lost()
    {
        _tracker.List("9", ("web", "5"));
        var web = Watch("web");
        web.Lose(Outage);

        _tracker.Regain();
        Assert.Equal("lost", web.Told());

        _tracker.See(WatchEventType.Modified, "web", "10");
        Assert.Equal("10", web.Told());
    }

    [Fact]
    public void Unchanged_object_in_the_list_after_an_outage_is_known_again()
    {
        var web = Watch("web");
        _tracker.List("9", ("web", "5"));
        _tracker.Lose(Outage);
        _tracker.Begin();

        _tracker.See(WatchEventType.Added, "web", "5");

        Assert.Equal("5", web.Told());
    }

    [Fact]
    public void Single_read_that_the_watch_overtook_is_late_news()
    {
        _tracker.List("9", ("web", "5"));
        var web = Watch("web");
        _tracker.See(WatchEventType.Modified, "web", "11");

        _tracker.Fetched(web, Object("web", "10"), "10", _tracker.Epoch);

        Assert.Equal("11", web.Told());
    }

    [Fact]
    public void Single_read_ahead_of_the_watch_is_not_turned_back_by_it()
    {
        _tracker.List("9", ("web", "5"));
        var web = Watch("web");
        _tracker.Fetched(web, Object("web", "12"), "12", _tracker.Epoch);

        _tracker.See(WatchEventType.Modified, "web", "11");

        Assert.Equal("12", web.Told());
    }

    [Fact]
    public void Metadata_alone_makes_single_reads_of_what_changed()
    {
        var tracker = Create(new ObjectSelection(ApiResource.Secrets, "edge") { MetadataOnly = true });
        var (web, api) = (Watch("web", tracker), Watch("api", tracker));
        tracker.Begin();
        tracker.See(WatchEventType.Added, "web", "5");
        Assert.Empty(_fetched);
        tracker.End("9");
        Assert.Equal([web], _fetched);
        Assert.Equal("absent", api.Told());

        tracker.Fetched(web, Object("web", "5"), "9", tracker.Epoch);
        tracker.See(WatchEventType.Modified, "web", "5");
        Assert.Equal([web], _fetched);

        tracker.See(WatchEventType.Modified, "web", "10");
        Assert.Equal([web, web], _fetched);
    }

    [Fact]
    public void Metadata_of_an_immutable_object_makes_no_read_until_it_is_another_one()
    {
        var tracker = Create(new ObjectSelection(ApiResource.Secrets, "edge") { MetadataOnly = true });
        tracker.List("9", ("web", "5"));
        var web = Watch("web", tracker);
        tracker.Fetched(web, new KubernetesObject(new ObjectMetadata("edge", "web", "uid-web", "5", false)) { IsImmutable = true }, "9", tracker.Epoch);
        _fetched.Clear();

        tracker.See(WatchEventType.Modified, "web", "10");
        Assert.Empty(_fetched);

        tracker.See(WatchEventType.Deleted, "web", "11");
        Assert.Equal("absent", web.Told());
        tracker.See(WatchEventType.Added, "web", "12");
        Assert.Equal([web], _fetched);
    }

    [Fact]
    public void Same_name_in_another_namespace_is_another_object()
    {
        var tracker = Create(new ObjectSelection(ApiResource.Secrets));
        var web = Watch("web", tracker);
        tracker.Begin();
        tracker.See(WatchEventType.Added, "web", "5", place: "other");
        tracker.End("9");

        Assert.Equal("absent", web.Told());
    }

    [Fact]
    public void Removed_object_hears_nothing_more()
    {
        var (web, api) = (Watch("web"), Watch("api"));
        _tracker.List("9", ("web", "5"), ("api", "6"));

        Assert.False(_tracker.Remove(web));
        _tracker.See(WatchEventType.Modified, "web", "10");

        Assert.Equal("5", web.Told());
        Assert.True(_tracker.Remove(api));
    }

    [Fact]
    public async Task Round_ends_with_a_list_and_with_an_outage()
    {
        var round = _tracker.Round;
        _tracker.Begin();
        Assert.False(round.IsCompleted);
        _tracker.End("9");
        await round;

        round = _tracker.Round;
        _tracker.Lose(Outage);
        await round;
    }

    private NamedTracker Create(ObjectSelection selection) => new(selection, _fetched.AddRange);

    private WatchedObject Watch(string name, NamedTracker? tracker = null)
    {
        var watched = new WatchedObject(new ObjectKey(ApiResource.Secrets, "edge", name));
        (tracker ?? _tracker).Add(watched);
        return watched;
    }

    private static KubernetesObject Object(string name, string version) => new(new ObjectMetadata("edge", name, $"uid-{name}", version, false));
}
