using SecretProviders.Aggregation;
using SecretProviders.Aggregation.Readers;
using SecretProviders.Publishing;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation.Readers;

public sealed class AppliedWaitsTests
{
    private static readonly SecretVersion Old = new("old");
    private static readonly SecretVersion New = new("new");
    private readonly AggregateCore _core = Cores.Core(new ManualTimeProvider());
    private readonly AppliedWaits _waits;
    private readonly NameEntry _entry = new("a");

    public AppliedWaitsTests()
    {
        _waits = new AppliedWaits(_core);
        _core.Entries["a"] = _entry;
    }

    [Theory]
    [InlineData(1, 1.0, 1)]
    [InlineData(3, 1.0, 3)]
    [InlineData(3, 0.5, 2)]
    [InlineData(4, 0.5, 2)]
    [InlineData(3, 0.01, 1)]
    [InlineData(100, 0.07, 7)]
    [InlineData(100, 0.55, 55)]
    [InlineData(100, 0.29, 29)]
    [InlineData(10, 0.7, 7)]
    public async Task The_quorum_is_a_share_of_the_live_consumers(int live, double quorum, int needed)
    {
        var members = Enumerable.Range(0, live).Select(number => Join($"envoy-{number}")).ToArray();
        var wait = _waits.Begin("a", New, quorum);

        for (var applied = 0; applied < needed; applied++)
        {
            Assert.False(wait.Task.IsCompleted);
            Apply(members[applied], New);
        }

        await wait.Task;
    }

    [Fact]
    public async Task Without_a_live_consumer_it_is_reached_at_once()
    {
        await _waits.Begin("a", New, 1).Task;
        await _waits.Begin("nobody", New, 1).Task;
    }

    [Fact]
    public async Task What_consumers_use_already_needs_no_wait()
    {
        Join("envoy").Applied = New;

        await _waits.Begin("a", New, 1).Task;
    }

    [Fact]
    public async Task All_subscriptions_of_a_consumer_must_use_it_and_count_once()
    {
        var (one, two) = (Join("envoy"), Join("envoy"));
        one.Applied = New;
        var wait = _waits.Begin("a", New, 1);

        Apply(one, New);
        Assert.False(wait.Task.IsCompleted);
        AssertCount(1, 0);
        Apply(two, New);

        await wait.Task;
        AssertCount(1, 1);
    }

    [Fact]
    public void Another_version_does_not_count()
    {
        var member = Join("envoy");
        var wait = _waits.Begin("a", New, 1);

        Apply(member, Old);

        Assert.False(wait.Task.IsCompleted);
    }

    [Fact]
    public void Another_names_news_concern_nobody()
    {
        Join("envoy");
        var wait = _waits.Begin("a", New, 1);

        Apply(Join("envoy", new NameEntry("b")), New);

        Assert.False(wait.Task.IsCompleted);
    }

    [Fact]
    public async Task A_consumer_that_leaves_is_waited_for_no_longer()
    {
        var member = Join("envoy");
        var wait = _waits.Begin("a", New, 1);

        Leave(member);

        await wait.Task;
    }

    [Fact]
    public async Task A_consumer_that_comes_meanwhile_is_waited_for_too()
    {
        var first = Join("envoy-1");
        var wait = _waits.Begin("a", New, 1);
        var second = Join("envoy-2");

        Apply(first, New);
        Assert.False(wait.Task.IsCompleted);
        Apply(second, New);

        await wait.Task;
    }

    [Fact]
    public async Task A_consumer_that_moves_on_to_another_version_does_not_count_any_more()
    {
        var (one, two) = (Join("envoy-1"), Join("envoy-2"));
        var wait = _waits.Begin("a", New, 1);

        Apply(one, New);
        Apply(one, Old);
        Apply(two, New);
        Assert.False(wait.Task.IsCompleted);
        Apply(one, New);

        await wait.Task;
    }

    [Fact]
    public async Task A_report_that_crosses_its_consumers_departure_counts_for_nobody()
    {
        var (gone, live) = (Join("envoy-1"), Join("envoy-2"));
        var wait = _waits.Begin("a", New, 1);

        Leave(gone);
        Apply(gone, New);
        Assert.False(wait.Task.IsCompleted);
        Apply(live, New);

        await wait.Task;
    }

    [Fact]
    public async Task Waits_for_two_versions_of_a_name_end_each_on_its_own()
    {
        var member = Join("envoy");
        var (old, fresh) = (_waits.Begin("a", Old, 1), _waits.Begin("a", New, 1));

        Apply(member, New);

        await fresh.Task;
        Assert.False(old.Task.IsCompleted);
        Assert.True(_waits.HasWaits);
        Apply(member, Old);
        await old.Task;
        Assert.False(_waits.HasWaits);
    }

    [Fact]
    public void A_report_costs_no_look_at_all_the_others()
    {
        const int Consumers = 2000;
        var members = Enumerable.Range(0, Consumers).Select(number => Join($"envoy-{number}")).ToArray();
        var wait = _waits.Begin("a", New, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var member in members)
        {
            Apply(member, New);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Consumers * 2048);
        Assert.True(wait.Task.IsCompleted);
    }

    [Fact]
    public void Who_waits_no_longer_is_forgotten()
    {
        var member = Join("envoy");
        var wait = _waits.Begin("a", New, 1);

        _waits.Forget("a", wait);
        Apply(member, New);

        Assert.False(wait.Task.IsCompleted);
    }

    [Fact]
    public async Task At_the_end_nobody_waits_on_or_is_told_that_the_quorum_was_reached()
    {
        Join("envoy");
        var wait = _waits.Begin("a", New, 1);

        _waits.End();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => wait.Task);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _waits.Begin("a", New, 1).Task);
        Assert.False(_waits.HasWaits);
    }

    private Membership Join(string consumer, NameEntry? entry = null)
    {
        var member = new Membership(_core.Subscribe(consumer), entry ?? _entry);
        member.Entry.Members.Add(member);
        Change(batch => _waits.Joined(member, batch));
        return member;
    }

    private void Leave(Membership member)
    {
        member.Entry.Members.Remove(member);
        Change(batch => _waits.Left(member, batch));
    }

    private void Apply(Membership member, SecretVersion version)
    {
        member.Applied = version;
        Change(batch => _waits.Reported(member, batch));
    }

    private void AssertCount(int live, int applied)
    {
        var count = VersionCount.Of(_entry, New);
        Assert.Equal((live, applied), (count.Live, count.Applied));
    }

    private static void Change(Action<PublishBatch> change)
    {
        var batch = new PublishBatch();
        change(batch);
        batch.Signal();
    }
}
