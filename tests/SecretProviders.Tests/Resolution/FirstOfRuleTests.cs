using SecretProviders.Resolution;
using static SecretProviders.Tests.Resolution.Story;

namespace SecretProviders.Tests.Resolution;

public sealed class FirstOfRuleTests
{
    private static readonly SecretState.Found One = Text("one");
    private static readonly SecretState.Found Two = Text("two");

    [Fact]
    public void The_highest_that_has_one_wins()
    {
        var outcome = Route.Resolve(1, Source().Says(1, One), Source("s1").Says(1, Two));

        AssertServes(One, outcome);
        Assert.Equal([0], outcome.Members);
        Assert.Null(outcome.Problem);
        Assert.Null(outcome.NextChange);
    }

    public static TheoryData<SecretState> NothingToOffer => [NotFound, Deleted, Redacted, Revoked, Invalid, Denied, Refused];

    [Theory]
    [MemberData(nameof(NothingToOffer))]
    public void With_nothing_to_offer_the_next_source_is_used_at_once(SecretState said) =>
        AssertServes(Two, Route.Resolve(1, Source().Says(1, said), Source("s1").Says(1, Two)));

    public static TheoryData<SecretState, SecretStatus> AfterAFind => new()
    {
        { Outage, SecretStatus.Stale },
        { Refused, SecretStatus.Stale },
        { Denied, SecretStatus.Stale },
        { Invalid, SecretStatus.Stale },
    };

    [Theory]
    [MemberData(nameof(AfterAFind))]
    public void A_failure_after_a_find_keeps_it_though_a_lower_source_has_another(SecretState said, SecretStatus status)
    {
        var outcome = Route.Resolve(2, Source().Says(1, One).Says(2, said), Source("s1").Says(1, Two));

        AssertServes(One, outcome, status);
        Assert.Equal(said.GetType(), outcome.State!.GetType());
        Assert.Equal(One.Secret, outcome.State.LastGood!.Secret);
    }

    public static TheoryData<SecretState> Gone => [Deleted, Redacted, Revoked];

    [Theory]
    [MemberData(nameof(Gone))]
    public void A_removal_is_followed_by_the_next_source(SecretState said) =>
        AssertServes(Two, Route.Resolve(2, Source().Says(1, One).Says(2, said), Source("s1").Says(1, Two)));

    [Theory]
    [MemberData(nameof(Gone))]
    public void A_removal_everywhere_is_absence(SecretState said) =>
        AssertNothing(SecretStatus.Absent, Route.Resolve(2, Source().Says(1, One).Says(2, said), Source("s1").Says(1, NotFound)));

    [Fact]
    public void A_find_that_fails_a_gate_leaves_the_last_good_one_and_then_the_next_source()
    {
        AssertServes(One, Route.Resolve(2, Source().Says(1, One).Says(2, Text("bad"), passes: false), Source("s1").Says(1, Two)), SecretStatus.Stale);
        AssertServes(Two, Route.Resolve(2, Source().Says(2, Text("bad"), passes: false), Source("s1").Says(1, Two)));
    }

    public static TheoryData<SecretState, SecretProblemCode> Alarms => new()
    {
        { Denied, SecretProblemCode.Denied },
        { Invalid, SecretProblemCode.KeyMismatch },
        { Refused, SecretProblemCode.Unavailable },
        { Certificate(to: 1), SecretProblemCode.Expired },
        { Certificate(from: 9), SecretProblemCode.NotYetValid },
    };

    [Theory]
    [MemberData(nameof(Alarms))]
    public void A_weaker_source_never_wins_silently(SecretState said, SecretProblemCode alarm)
    {
        var outcome = Route.Resolve(2, Source().Says(2, said), Source("s1").Says(1, Two));

        AssertServes(Two, outcome);
        Assert.Equal(alarm, outcome.Problem!.Code);
        Assert.Contains("'s0'", outcome.Problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_honest_no_above_the_winner_is_no_alarm() =>
        Assert.Null(Route.Resolve(2, Source().Says(1, NotFound), Source("s1").Says(1, One).Says(2, Deleted), Source("s2").Says(1, Two)).Problem);

    [Fact]
    public void A_silent_source_holds_the_lower_ones_back_until_first_answer_ends()
    {
        var slots = new[] { Source(), Source("s1").Says(1, Two) };

        var waiting = Route.Resolve(4.999, slots);
        AssertNothing(SecretStatus.Pending, waiting);
        Assert.Equal(At(5), waiting.NextChange);
        Assert.Null(waiting.State);
        AssertServes(Two, Route.Resolve(5, waiting, slots));
    }

    [Theory]
    [InlineData(false, SecretStatus.Pending)]
    [InlineData(true, SecretStatus.Available)]
    public void An_outage_ends_the_wait_only_when_it_is_definite(bool definite, SecretStatus expected) => Assert.Equal(
        expected, Route.Resolve(2, Source().Says(1, new SecretState.Unavailable("lost") { Definite = definite }), Source("s1").Says(1, Two)).Status);

    public static TheoryData<SecretState> Answers => [NotFound, Deleted, Redacted, Denied, Invalid, Refused];

    [Theory]
    [MemberData(nameof(Answers))]
    public void An_answer_ends_the_wait_also_when_an_outage_follows_it(SecretState answer) =>
        AssertServes(Two, Route.Resolve(3, Source().Says(1, answer).Says(2, Outage), Source("s1").Says(1, Two)));

    [Fact]
    public void A_last_good_secret_in_the_first_answer_is_served_at_once() =>
        AssertServes(One, Route.Resolve(1, Source().Says(1, Outage with { LastGood = One }), Source("s1").Says(1, Two)), SecretStatus.Stale);

    [Fact]
    public void A_lower_source_that_is_silent_holds_nobody_back() =>
        AssertServes(One, Route.Resolve(1, Source().Says(1, One), Source("s1")));

    [Fact]
    public void What_was_redacted_does_not_stay_for_want_of_a_lower_sources_answer()
    {
        var slots = new[] { Source().Says(1, One), Source("s1") };
        var served = Route.Resolve(1, slots);

        AssertNothing(SecretStatus.Unavailable, Route.Resolve(2, served, slots[0].Says(2, Redacted), slots[1]));
    }

    [Fact]
    public void Nobody_waits_any_more_once_a_name_is_decided()
    {
        var slots = new[] { Source().Says(1, One), Source("s1"), Source("s2").Says(1, Two) };
        var served = Route.Resolve(1, slots);

        AssertServes(Two, Route.Resolve(2, served, slots[0].Says(2, Deleted), slots[1], slots[2]));
    }

    [Fact]
    public void Absence_tells_what_each_source_said()
    {
        var outcome = Route.Resolve(2, Source().Says(1, NotFound), Source("s1").Says(1, Deleted), Source("s2").Says(1, Redacted));

        Assert.Equal("'s0' has no such secret. 's1' had it deleted at 2026-01-01 00:00:01Z. 's2' had it redacted.", outcome.Problem!.Message);
    }

    [Fact]
    public void What_is_deleted_is_said_to_be_kept_only_while_it_is()
    {
        var kept = Route with { RetainRemoved = TimeSpan.FromSeconds(5) };
        var slot = Source().Says(1, One).Says(2, Deleted);

        Assert.Contains("it is kept until 2026-01-01 00:00:07Z at most", kept.Resolve(3, slot).Problem!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("kept", kept.Resolve(8, slot).Problem!.Message, StringComparison.Ordinal);
    }

    public static TheoryData<SecretState[], SecretStatus, SecretProblemCode> Nothing => new()
    {
        { [NotFound, NotFound], SecretStatus.Absent, SecretProblemCode.Absent },
        { [NotFound, Redacted], SecretStatus.Absent, SecretProblemCode.Absent },
        { [NotFound, Refused], SecretStatus.Unavailable, SecretProblemCode.Unavailable },
        { [NotFound, Denied], SecretStatus.Denied, SecretProblemCode.Denied },
        { [Invalid, NotFound], SecretStatus.Invalid, SecretProblemCode.KeyMismatch },
        { [Denied, Invalid], SecretStatus.Denied, SecretProblemCode.Denied },
        { [Refused, Denied], SecretStatus.Unavailable, SecretProblemCode.Unavailable },
        { [Certificate(from: 99), NotFound], SecretStatus.Invalid, SecretProblemCode.NotYetValid },
    };

    [Theory]
    [MemberData(nameof(Nothing))]
    public void A_name_is_absent_only_when_every_source_said_so(SecretState[] said, SecretStatus status, SecretProblemCode problem)
    {
        var outcome = Route.Resolve(2, [.. said.Select(static (state, place) => Source($"s{place}").Says(1, state))]);

        AssertNothing(status, outcome);
        Assert.Equal(problem, outcome.Problem!.Code);
        Assert.Null(outcome.State!.LastGood);
    }

    [Fact]
    public void Silence_of_all_is_unavailable_after_first_answer() => AssertNothing(SecretStatus.Unavailable, Route.Resolve(5, Source(), Source("s1")));

    [Fact]
    public void An_outer_aggregate_learns_whether_waiting_will_help()
    {
        Assert.True(Assert.IsType<SecretState.Unavailable>(Route.Resolve(6, Source().Says(1, Refused), Source("s1").Says(1, NotFound)).State).Definite);
        Assert.False(Assert.IsType<SecretState.Unavailable>(Route.Resolve(6, Source().Says(1, Refused), Source("s1").Says(1, Outage)).State).Definite);
        Assert.False(Assert.IsType<SecretState.Unavailable>(Route.Resolve(6, Source().Says(1, Refused), Source("s1")).State).Definite);
    }

    [Fact]
    public void An_outer_aggregate_is_told_of_a_removal_with_what_passed_the_gates()
    {
        var state = Route.Resolve(3, Source().Says(1, One).Says(2, Text("bad"), passes: false).Says(3, Deleted, passes: false)).State!;

        Assert.Equal(One.Secret, Assert.IsType<SecretState.Removed>(state).LastGood!.Secret);
        Assert.Equal("s0", state.LastGood!.Origin!.Source);
        Assert.Equal(At(3), state.DeletedAt);
    }

    [Fact]
    public void The_origin_is_the_sources_name_unless_the_find_says_more()
    {
        var origin = new SecretOrigin("inner") { Location = "/etc/web" };

        Assert.Equal("s0", Route.Resolve(1, Source().Says(1, One)).Candidate!.Found.Origin!.Source);
        Assert.Equal(origin, Route.Resolve(1, Source().Says(1, One with { Origin = origin })).Candidate!.Found.Origin);
    }

    [Fact]
    public void The_version_is_that_of_the_content() => Assert.Equal(Version(One.Secret), Route.Resolve(1, Source().Says(1, One)).Candidate!.Version);
}
