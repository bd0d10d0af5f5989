using FsCheck;
using FsCheck.Fluent;
using SecretProviders.Aggregation;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

public sealed class WakeQueueTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _woken = [];
    private readonly WakeQueue _queue;

    public WakeQueueTests() => _queue = new WakeQueue(_clock, Tick);

    private DateTimeOffset Now => _clock.GetUtcNow();

    [Fact]
    public void A_name_is_woken_at_its_instant_and_not_before()
    {
        Wake("a", 10);

        _clock.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Empty(_woken);
        _clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal(["a"], _woken);
    }

    [Fact]
    public void Names_are_woken_in_the_order_of_their_instants()
    {
        Wake("c", 30);
        Wake("a", 10);
        Wake("b", 20);

        _clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(["a", "b", "c"], _woken);
    }

    [Fact]
    public void Names_of_one_instant_are_woken_together()
    {
        Wake("a", 10);
        Wake("b", 10);

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(["a", "b"], _woken.Order());
    }

    [Fact]
    public void A_new_instant_replaces_the_old_one()
    {
        var entry = Wake("a", 10);
        _queue.Schedule(entry, Now + TimeSpan.FromSeconds(20));
        _clock.Advance(TimeSpan.FromSeconds(19));
        Assert.Empty(_woken);

        _queue.Schedule(entry, Now + TimeSpan.FromSeconds(0.5));
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(["a"], _woken);
    }

    [Fact]
    public void An_instant_that_is_set_again_wakes_once()
    {
        var entry = Wake("a", 10);
        _queue.Schedule(entry, Now + TimeSpan.FromSeconds(20));
        _queue.Schedule(entry, Now + TimeSpan.FromSeconds(10));

        _clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(["a"], _woken);
    }

    [Fact]
    public void A_name_may_be_taken_off()
    {
        var entry = Wake("a", 10);
        _queue.Schedule(entry, null);

        _clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Empty(_woken);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void A_removed_name_sleeps()
    {
        Wake("a", 10).IsRemoved = true;

        _clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Empty(_woken);
    }

    [Fact]
    public void A_name_may_be_scheduled_while_another_is_woken()
    {
        var next = new NameEntry("b");
        using var queue = new WakeQueue(_clock, () => { });
        var first = new NameEntry("a");
        queue.Schedule(first, Now + TimeSpan.FromSeconds(10));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Same(first, queue.TakeDue(Now));
        queue.Schedule(next, Now + TimeSpan.FromSeconds(5));

        Assert.Null(queue.TakeDue(Now));

        Assert.Equal(Now + TimeSpan.FromSeconds(5), _clock.NextDue);
    }

    [Fact]
    public void An_instant_between_two_milliseconds_wakes_after_it_and_once()
    {
        var entry = new NameEntry("a");
        var ticks = 0;
        using var queue = new WakeQueue(_clock, () => ticks++);
        queue.Schedule(entry, Now.AddTicks(TimeSpan.TicksPerSecond + 1));

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, ticks);
    }

    [Fact]
    public void A_distant_instant_is_looked_up_once_a_day()
    {
        Wake("a", TimeSpan.FromDays(100).TotalSeconds);
        Assert.Equal(Now + TimeSpan.FromDays(1), _clock.NextDue);

        _clock.Advance(TimeSpan.FromDays(99.5));
        Assert.Empty(_woken);
        _clock.Advance(TimeSpan.FromDays(0.5));

        Assert.Equal(["a"], _woken);
    }

    [Fact]
    public void The_end_of_time_sets_no_timer()
    {
        _queue.Schedule(new NameEntry("a"), DateTimeOffset.MaxValue);

        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void An_instant_that_has_passed_is_due()
    {
        using var queue = new WakeQueue(_clock, static () => { });
        var entry = new NameEntry("a");

        queue.Schedule(entry, Now - TimeSpan.FromSeconds(1));

        Assert.Same(entry, queue.TakeDue(Now));
        Assert.Null(queue.TakeDue(Now));
    }

    [Fact]
    public void Dead_items_are_swept_and_no_name_is_lost()
    {
        var entries = Enumerable.Range(0, 10).Select(static number => new NameEntry($"{number}")).ToArray();
        for (var round = 0; round < 1000; round++)
        {
            Array.ForEach(entries, entry => _queue.Schedule(entry, Now + TimeSpan.FromDays(1 + round)));
        }

        _clock.Advance(TimeSpan.FromDays(1000) - TimeSpan.FromSeconds(1));
        Assert.Empty(_woken);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(10, _woken.Distinct().Count());
        Assert.Equal(10, _woken.Count);
    }

    [Fact]
    public void After_disposal_nobody_is_woken()
    {
        Wake("a", 10);

        _queue.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Empty(_woken);
    }

    [Fact]
    public void Every_name_is_woken_exactly_at_the_last_instant_that_was_set_for_it() => Prop.ForAll(
        Gen.ArrayOf(from name in Gen.Choose(0, 4) from at in Gen.Choose(-1, 50) select (name, at)).ToArbitrary(),
        static orders =>
        {
            var clock = new ManualTimeProvider();
            var start = clock.GetUtcNow();
            var woken = new Dictionary<string, DateTimeOffset>();
            WakeQueue? queue = null;
            queue = new WakeQueue(clock, () =>
            {
                while (queue!.TakeDue(clock.GetUtcNow()) is { } entry)
                {
                    woken.Add(entry.Name, clock.GetUtcNow());
                }
            });
            var entries = Enumerable.Range(0, 5).Select(static number => new NameEntry($"{number}")).ToArray();
            var expected = new Dictionary<string, DateTimeOffset>();
            foreach (var (name, at) in orders)
            {
                DateTimeOffset? instant = at < 0 ? null : start + TimeSpan.FromSeconds(at + 1);
                queue.Schedule(entries[name], instant);
                expected.Remove($"{name}");
                if (instant is { } due)
                {
                    expected[$"{name}"] = due;
                }
            }

            clock.Advance(TimeSpan.FromSeconds(100));
            queue.Dispose();
            return woken.OrderBy(static pair => pair.Key).SequenceEqual(expected.OrderBy(static pair => pair.Key));
        }).QuickCheckThrowOnFailure();

    public void Dispose() => _queue.Dispose();

    private NameEntry Wake(string name, double seconds)
    {
        var entry = new NameEntry(name);
        _queue.Schedule(entry, Now + TimeSpan.FromSeconds(seconds));
        return entry;
    }

    private void Tick()
    {
        while (_queue.TakeDue(Now) is { } entry)
        {
            _woken.Add(entry.Name);
        }
    }
}
