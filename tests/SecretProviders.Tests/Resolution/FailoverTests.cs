using SecretProviders.Resolution;
using static SecretProviders.Tests.Resolution.Story;

namespace SecretProviders.Tests.Resolution;

public sealed class FailoverTests
{
    private static readonly SecretState.Found One = Text("one");
    private static readonly SecretState.Found Two = Text("two");
    private static readonly SecretRoute Falling = Route with { FallThroughAfter = TimeSpan.FromSeconds(60) };

    [Fact]
    public void Without_fall_through_an_outage_keeps_the_last_good_secret_for_ever()
    {
        var outcome = Route.Resolve(1e9, Source().Says(1, One).Says(10, Outage), Source("s1").Says(1, Two));

        AssertServes(One, outcome, SecretStatus.Stale);
        Assert.Null(outcome.NextChange);
    }

    [Fact]
    public void An_outage_falls_through_after_its_time()
    {
        var slots = new[] { Source().Says(1, One).Says(10, Outage), Source("s1").Says(1, Two) };

        var before = Falling.Resolve(69.999, slots);
        AssertServes(One, before, SecretStatus.Stale);
        Assert.Equal(At(70), before.NextChange);
        AssertServes(Two, Falling.Resolve(70, before, slots));
    }

    [Fact]
    public void A_refusal_falls_through_with_an_alarm()
    {
        var outcome = Falling.Resolve(70, Source().Says(1, One).Says(10, Denied), Source("s1").Says(1, Two));

        AssertServes(Two, outcome);
        Assert.Equal(SecretProblemCode.Denied, outcome.Problem!.Code);
    }

    [Fact]
    public void Flapping_between_outage_and_refusal_does_not_restart_the_time() =>
        AssertServes(Two, Falling.Resolve(70, Source().Says(1, One).Says(10, Outage).Says(40, Denied).Says(60, Outage), Source("s1").Says(1, Two)));

    [Fact]
    public void What_is_invalid_does_not_fall_through() =>
        AssertServes(One, Falling.Resolve(1000, Source().Says(1, One).Says(10, Invalid), Source("s1").Says(1, Two)), SecretStatus.Stale);

    public static TheoryData<SecretState> Empty => [NotFound, Deleted, Redacted, Invalid, Denied, Refused, Outage];

    [Theory]
    [MemberData(nameof(Empty))]
    public void Falling_through_to_an_empty_source_takes_nothing_away(SecretState said) =>
        AssertServes(One, Falling.Resolve(1000, Source().Says(1, One).Says(10, Outage), Source("s1").Says(1, said)), SecretStatus.Stale);

    [Fact]
    public void The_highest_of_several_in_an_outage_stays()
    {
        var slots = new[] { Source().Says(1, One).Says(10, Outage), Source("s1").Says(1, Two).Says(10, Outage) };

        AssertServes(One, Falling.Resolve(1000, slots), SecretStatus.Stale);
    }

    [Fact]
    public void Max_stale_ends_what_an_outage_left()
    {
        var route = Route with { MaxStale = TimeSpan.FromSeconds(60) };
        var slots = new[] { Source().Says(1, One).Says(10, Outage), Source("s1").Says(1, NotFound) };

        Assert.Equal(At(70), route.Resolve(11, slots).NextChange);
        AssertNothing(SecretStatus.Unavailable, route.Resolve(70, slots));
        AssertServes(Two, route.Resolve(70, slots[0], Source("s1").Says(1, Two)));
    }

    [Fact]
    public void The_way_back_from_an_outage_dwells()
    {
        var down = new[] { Source().Says(1, One).Says(10, Outage), Source("s1").Says(1, Two) };
        var fallen = Falling.Resolve(70, down);
        var up = new[] { down[0].Says(100, Text("three")), down[1] };

        var dwelling = Falling.Resolve(100, fallen, up);
        AssertServes(Two, dwelling);
        Assert.Equal(At(130), dwelling.NextChange);
        Assert.Null(dwelling.Problem);
        AssertServes(Two, Falling.Resolve(129.999, dwelling, up));
        AssertServes(Text("three"), Falling.Resolve(130, dwelling, up));
    }

    [Fact]
    public void A_rotation_while_dwelling_does_not_restart_the_dwell()
    {
        var fallen = Route.Resolve(2, Source().Says(1, Refused), Source("s1").Says(1, Two));
        var up = Source().Says(1, Refused).Says(100, One).Says(120, Text("three"));

        AssertServes(Text("three"), Route.Resolve(130, fallen, up, Source("s1").Says(1, Two)));
    }

    [Fact]
    public void An_outage_while_dwelling_starts_the_dwell_again()
    {
        var fallen = Route.Resolve(2, Source().Says(1, Refused), Source("s1").Says(1, Two));
        var up = Source().Says(1, Refused).Says(100, One).Says(101, Outage).Says(110, One);

        Assert.Equal(At(140), Route.Resolve(130, fallen, up, Source("s1").Says(1, Two)).NextChange);
        AssertServes(Two, Route.Resolve(139, fallen, up, Source("s1").Says(1, Two)));
    }

    [Fact]
    public void Equal_content_does_not_dwell()
    {
        var fallen = Route.Resolve(2, Source().Says(1, Refused), Source("s1").Says(1, One));

        var back = Route.Resolve(100, fallen, Source().Says(1, Refused).Says(100, One), Source("s1").Says(1, One));

        Assert.Equal([0], back.Members);
    }

    [Fact]
    public void A_lower_source_that_comes_to_have_equal_content_ends_the_dwell_at_once()
    {
        var fallen = Route.Resolve(2, Source().Says(1, Refused), Source("s1").Says(1, Two));
        var up = Source().Says(1, Refused).Says(100, One);

        var back = Route.Resolve(101, fallen, up, Source("s1").Says(1, Two).Says(101, One));

        AssertServes(One, back);
        Assert.Equal([0], back.Members);
    }

    [Fact]
    public void Only_the_way_back_from_an_outage_dwells()
    {
        var fallen = Route.Resolve(2, Source().Says(1, NotFound), Source("s1").Says(1, Two));

        AssertServes(One, Route.Resolve(100, fallen, Source().Says(1, NotFound).Says(100, One), Source("s1").Says(1, Two)));
    }

    [Fact]
    public void A_source_that_was_only_slow_does_not_dwell()
    {
        var fallen = Route.Resolve(5, Source(), Source("s1").Says(1, Two));

        AssertServes(One, Route.Resolve(7, fallen, Source().Says(7, One), Source("s1").Says(1, Two)));
    }

    [Fact]
    public void A_dwell_ends_when_the_lower_source_has_nothing_any_more()
    {
        var fallen = Route.Resolve(2, Source().Says(1, Refused), Source("s1").Says(1, Two));

        AssertServes(One, Route.Resolve(101, fallen, Source().Says(1, Refused).Says(100, One), Source("s1").Says(1, Two).Says(101, Deleted)));
    }

    [Fact]
    public void A_source_that_served_through_its_outage_does_not_dwell()
    {
        var slot = Source().Says(1, One).Says(10, Outage);
        var stale = Route.Resolve(10, slot, Source("s1").Says(1, Two));

        AssertServes(Text("three"), Route.Resolve(20, stale, slot.Says(20, Text("three")), Source("s1").Says(1, Two)));
    }

    [Fact]
    public void An_expired_secret_gives_way_to_a_valid_one_below() =>
        AssertServes(Two, Route.Resolve(20, Source().Says(1, Certificate(to: 10)), Source("s1").Says(1, Two)));

    [Theory]
    [InlineData(10, 12, 1)]
    [InlineData(12, 10, 0)]
    [InlineData(10, 10, 0)]
    public void When_none_is_valid_the_one_that_expired_last_stays_with_an_alarm(double first, double second, int winner)
    {
        var outcome = Route.Resolve(20, Source().Says(1, Certificate(to: first)), Source("s1").Says(1, Certificate(to: second)));

        Assert.Equal(SecretStatus.Stale, outcome.Status);
        Assert.Equal([winner], outcome.Members);
        Assert.Equal(SecretProblemCode.Expired, outcome.Problem!.Code);
        Assert.NotNull(Assert.IsType<SecretState.Invalid>(outcome.State).LastGood);
    }

    [Fact]
    public void A_strict_route_withdraws_what_expired()
    {
        var strict = Route with { Strict = true };
        var slot = Source().Says(1, Certificate(to: 10));

        Assert.Equal(At(10).AddTicks(1), strict.Resolve(5, slot).NextChange);
        AssertNothing(SecretStatus.Invalid, strict.Resolve(20, slot));
        Assert.Equal(SecretProblemCode.Expired, strict.Resolve(20, slot).Problem!.Code);
    }

    [Fact]
    public void What_expired_stays_while_its_successor_is_not_valid_yet()
    {
        var old = Certificate(to: 10);
        var next = Certificate(from: 100);
        var slot = Source().Says(1, old).Says(20, next);

        var outcome = Route.Resolve(30, slot);
        AssertServes(old, outcome, SecretStatus.Stale);
        Assert.Equal(At(100), outcome.NextChange);
        AssertServes(next, Route.Resolve(100, outcome, slot));
    }

    [Fact]
    public void A_find_that_is_not_valid_yet_wins_when_it_is()
    {
        var next = Certificate(from: 100);
        var slots = new[] { Source().Says(1, next), Source("s1").Says(1, Two) };

        Assert.Equal(At(100), Route.Resolve(2, slots).NextChange);
        AssertServes(next, Route.Resolve(100, Route.Resolve(2, slots), slots));
    }

    [Fact]
    public void A_retained_secret_is_stale_and_tells_an_outer_aggregate_since_when()
    {
        var route = Route with { RetainRemoved = TimeSpan.FromSeconds(60) };
        var slots = new[] { Source().Says(1, One).Says(10, Deleted), Source("s1").Says(1, Two) };

        var kept = route.Resolve(11, slots);
        AssertServes(One, kept, SecretStatus.Stale);
        Assert.Equal((At(70), At(10)), (kept.NextChange, kept.State!.DeletedAt));
        AssertServes(Two, route.Resolve(70, slots));
    }

    [Fact]
    public void What_is_retained_behind_a_bad_find_keeps_its_date_outside()
    {
        var route = Route with { RetainRemoved = TimeSpan.FromSeconds(60) };

        var kept = route.Resolve(12, Source().Says(1, One).Says(10, Deleted).Says(11, Two, passes: false));

        Assert.Equal(At(10), Assert.IsType<SecretState.Invalid>(kept.State).DeletedAt);
    }
}
