using SecretProviders.Aggregation;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

public sealed class IdleNamesTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _scheduled = [];
    private readonly IdleNames _idle;

    public IdleNamesTests()
    {
        var options = new AggregateProviderOptions { Linger = TimeSpan.FromMinutes(5), NegativeCache = TimeSpan.FromSeconds(5), IdleNames = 2 };
        _idle = new IdleNames(Cores.Core(_clock, options), entry => _scheduled.Add(entry.Name));
    }

    [Fact]
    public void A_name_that_nobody_wants_lingers()
    {
        var entry = Idle("a");

        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromMinutes(5), entry.IdleUntil);
        Assert.Equal(["a"], _scheduled);
        _clock.Advance(TimeSpan.FromMinutes(4.99));
        Assert.False(_idle.IsOver(entry));
        _clock.Advance(TimeSpan.FromMinutes(0.01));
        Assert.True(_idle.IsOver(entry));
        Assert.False(_idle.IsOver(entry));
    }

    [Fact]
    public void An_absent_name_is_remembered_for_the_negative_cache_alone() =>
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(5), Idle("a", SecretStatus.Absent).IdleUntil);

    [Fact]
    public void A_name_that_becomes_absent_while_idle_has_its_time_shortened_once()
    {
        var entry = Idle("a");
        _clock.Advance(TimeSpan.FromMinutes(1));
        entry.Publish(SecretStatus.Absent);

        _idle.Changed(entry);
        var until = entry.IdleUntil;
        _clock.Advance(TimeSpan.FromSeconds(3));
        _idle.Changed(entry);

        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(2), until);
        Assert.Equal(until, entry.IdleUntil);
    }

    [Fact]
    public void A_change_does_not_lengthen_a_time_that_ends_sooner()
    {
        var entry = Idle("a");
        _clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        entry.Publish(SecretStatus.Absent);

        _idle.Changed(entry);

        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(1), entry.IdleUntil);
    }

    [Fact]
    public void Wanted_names_do_not_stand_in_line()
    {
        var entry = new NameEntry("a") { Holds = 1 };

        _idle.Settle(entry);
        _idle.Changed(entry);
        _idle.Touch(entry);

        Assert.Null(entry.IdleUntil);
        Assert.Empty(_scheduled);
    }

    [Fact]
    public void A_name_that_is_wanted_again_leaves_the_line()
    {
        var entry = Idle("a");
        entry.Holds++;

        _idle.Settle(entry);

        Assert.Null(entry.IdleUntil);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.False(_idle.IsOver(entry));
    }

    [Fact]
    public void A_name_that_came_to_be_wanted_unnoticed_is_neither_over_nor_in_excess()
    {
        var names = new[] { Idle("a"), Idle("b"), Idle("c") };
        names[0].Holds++;
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.Null(_idle.TakeExcess());
        Assert.False(_idle.IsOver(names[0]));
        Assert.Null(names[0].IdleUntil);
    }

    [Fact]
    public void Settling_twice_does_not_renew_the_time()
    {
        var entry = Idle("a");
        var until = entry.IdleUntil;
        _clock.Advance(TimeSpan.FromMinutes(1));

        _idle.Settle(entry);

        Assert.Equal(until, entry.IdleUntil);
    }

    [Fact]
    public void Asking_for_a_name_renews_its_time()
    {
        var entry = Idle("a");
        _clock.Advance(TimeSpan.FromMinutes(4));

        _idle.Touch(entry);

        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromMinutes(5), entry.IdleUntil);
    }

    [Fact]
    public void The_name_idle_longest_goes_first_when_there_are_too_many()
    {
        var names = new[] { Idle("a"), Idle("b") };
        Assert.Null(_idle.TakeExcess());
        _idle.Touch(names[0]);
        Idle("c");

        Assert.Equal("b", _idle.TakeExcess()!.Name);
        Assert.Null(_idle.TakeExcess());
    }

    [Fact]
    public void A_removed_name_is_left_alone()
    {
        var entry = new NameEntry("a") { IsRemoved = true };

        _idle.Settle(entry);

        Assert.Null(entry.IdleNode);
    }

    private NameEntry Idle(string name, SecretStatus status = SecretStatus.Pending)
    {
        var entry = new NameEntry(name);
        entry.Publish(status);
        _idle.Settle(entry);
        return entry;
    }
}
