using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes.Tests.Watching;

public sealed class WholeTrackerTests
{
    private readonly WholeTracker _tracker = new(new ObjectSelection(ApiResource.Secrets, "edge"));
    private readonly WatchedObject _all = new(new ObjectKey(ApiResource.Secrets, "edge", null));

    public WholeTrackerTests() => _tracker.Add(_all);

    [Fact]
    public void Nothing_is_known_before_the_list_is_complete()
    {
        _tracker.Begin();
        _tracker.See(WatchEventType.Added, "a", "5");
        Assert.False(_all.View.IsKnown);

        _tracker.End("9");

        Assert.Equal(["a"], Names());
    }

    [Fact]
    public void Events_add_change_and_remove()
    {
        _tracker.List("9", ("b", "5"), ("a", "6"));
        _tracker.See(WatchEventType.Added, "c", "10");
        _tracker.See(WatchEventType.Modified, "a", "11");
        _tracker.See(WatchEventType.Deleted, "b", "12");

        Assert.Equal(["a", "c"], Names());
    }

    [Fact]
    public void Second_list_replaces_the_first_at_its_end()
    {
        _tracker.List("9", ("a", "5"));
        _tracker.Begin();
        _tracker.See(WatchEventType.Added, "b", "10");
        Assert.Equal(["a"], Names());

        _tracker.End("20");

        Assert.Equal(["b"], Names());
    }

    [Fact]
    public void Empty_list_is_known_to_be_empty()
    {
        _tracker.List("9");

        Assert.True(_all.View.IsKnown);
        Assert.Empty(Names());
    }

    [Fact]
    public void Who_comes_later_is_told_what_is_known()
    {
        _tracker.List("9", ("a", "5"));
        var late = new WatchedObject(new ObjectKey(ApiResource.Secrets, "edge", null));

        _tracker.Add(late);

        Assert.Single(late.View.Objects);
    }

    [Fact]
    public void Who_comes_while_a_restored_store_is_listed_is_told_of_it_too()
    {
        _tracker.List("1000", ("a", "5"));
        var late = new WatchedObject(new ObjectKey(ApiResource.Secrets, "edge", null));
        _tracker.Begin();
        _tracker.Add(late);
        Assert.Equal(["a"], late.View.Objects.Select(static item => item.Metadata.Name));

        _tracker.See(WatchEventType.Added, "b", "3");
        _tracker.End("7");

        Assert.Equal(["b"], late.View.Objects.Select(static item => item.Metadata.Name));
    }

    private IEnumerable<string> Names() => _all.View.Objects.Select(static item => item.Metadata.Name);
}
