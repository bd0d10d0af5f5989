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
            members[applied].Applied = New;
            Check();
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

        Check();
        Assert.False(wait.Task.IsCompleted);
        AssertCount(1, 0);
        two.Applied = New;
        Check();

        await wait.Task;
        AssertCount(1, 1);
    }

    [Fact]
    public void Another_version_does_not_count()
    {
        Join("envoy").Applied = Old;
        var wait = _waits.Begin("a", New, 1);

        Check();

        Assert.False(wait.Task.IsCompleted);
    }

    [Fact]
    public void Another_names_news_concern_nobody()
    {
        var member = Join("envoy");
        var wait = _waits.Begin("a", New, 1);
        member.Applied = New;
        var batch = new PublishBatch();

        _waits.Check(new NameEntry("b"), batch);
        batch.Signal();

        Assert.False(wait.Task.IsCompleted);
    }

    [Fact]
    public async Task A_consumer_that_leaves_is_waited_for_no_longer()
    {
        var member = Join("envoy");
        var wait = _waits.Begin("a", New, 1);
        _entry.Members.Remove(member);
        var batch = new PublishBatch();

        _waits.CheckAll(batch);
        batch.Signal();

        await wait.Task;
    }

    [Fact]
    public void Who_waits_no_longer_is_forgotten()
    {
        var member = Join("envoy");
        var wait = _waits.Begin("a", New, 1);

        _waits.Forget(wait);
        member.Applied = New;
        Check();

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

    private Membership Join(string consumer)
    {
        var member = new Membership(_core.Subscribe(consumer), _entry);
        _entry.Members.Add(member);
        return member;
    }

    private void AssertCount(int live, int applied)
    {
        var count = VersionCount.Of(_entry, New);
        Assert.Equal((live, applied), (count.Live, count.Applied));
    }

    private void Check()
    {
        var batch = new PublishBatch();
        _waits.Check(_entry, batch);
        batch.Signal();
    }
}
