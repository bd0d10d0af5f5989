using SecretProviders.Resolution;
using static SecretProviders.Tests.Resolution.Story;

namespace SecretProviders.Tests.Resolution;

public sealed class SlotTests
{
    private static readonly SecretState.Found One = Text("one");
    private static readonly SecretState.Found Two = Text("two");

    [Fact]
    public void A_slot_begins_pending()
    {
        var slot = Source();

        Assert.Equal((SlotSort.Pending, Start, false), (slot.Sort, slot.Since, slot.HasAnswered));
        Assert.Null(slot.Valid(At(0)));
    }

    public static TheoryData<SecretState, bool, string> Sorts => new()
    {
        { One, true, nameof(SlotSort.Found) },
        { One, false, nameof(SlotSort.Invalid) },
        { NotFound, true, nameof(SlotSort.NotFound) },
        { Deleted, true, nameof(SlotSort.Removed) },
        { Redacted, true, nameof(SlotSort.Removed) },
        { Denied, true, nameof(SlotSort.Denied) },
        { Invalid, true, nameof(SlotSort.Invalid) },
        { Outage, true, nameof(SlotSort.Unavailable) },
    };

    [Theory]
    [MemberData(nameof(Sorts))]
    public void Each_state_has_its_sort_and_a_find_that_fails_a_gate_counts_as_invalid(SecretState said, bool passes, string expected) =>
        Assert.Equal(expected, Source().Says(1, said, passes).Sort.ToString());

    [Fact]
    public void A_rotation_or_a_new_error_text_does_not_restart_the_sort()
    {
        Assert.Equal(At(1), Source().Says(1, One).Says(2, Two).Since);
        Assert.Equal(At(1), Source().Says(1, Outage).Says(2, new SecretState.Unavailable("other")).Since);
        Assert.Equal(At(2), Source().Says(1, Outage).Says(2, Denied).Since);
    }

    [Fact]
    public void Staleness_counts_through_changing_sorts_of_failure_until_the_next_sound_find()
    {
        var slot = Source().Says(1, One).Says(2, Outage).Says(3, Denied).Says(4, Invalid).Says(5, Two, passes: false).Says(6, Outage);

        Assert.Equal(At(2), slot.StaleSince);
        Assert.Null(slot.Says(7, Two).StaleSince);
    }

    [Fact]
    public void A_recovery_is_the_way_back_from_an_outage_or_a_refusal_alone()
    {
        Assert.Null(Source().Says(1, One).RecoveredAt);
        Assert.Equal(At(3), Source().Says(1, One).Says(2, Outage).Says(3, One).RecoveredAt);
        Assert.Equal(At(3), Source().Says(1, One).Says(2, Denied).Says(3, One).RecoveredAt);
        Assert.Null(Source().Says(1, One).Says(2, Deleted).Says(3, One).RecoveredAt);
        Assert.Null(Source().Says(1, One).Says(2, Invalid).Says(3, One).RecoveredAt);
    }

    [Fact]
    public void A_rotation_does_not_restart_a_recovery_and_the_next_outage_ends_it()
    {
        var slot = Source().Says(1, Outage).Says(2, One).Says(3, Two);

        Assert.Equal(At(2), slot.RecoveredAt);
        Assert.Null(slot.Says(4, Outage).RecoveredAt);
        Assert.Equal(At(5), slot.Says(4, Outage).Says(5, Two).RecoveredAt);
    }

    public static TheoryData<SecretState> Failures => [Outage, Refused, Denied, Invalid, Deleted];

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_failure_keeps_the_last_good_find(SecretState failure) =>
        Assert.Equal(One, Source().Says(1, One).Says(2, failure).Valid(At(2))!.Found);

    [Fact]
    public void Redaction_and_revocation_drop_everything_also_the_find_before()
    {
        var waiting = Source().Says(1, Certificate(to: 100)).Says(2, Certificate(from: 50));

        foreach (var reason in new[] { Redacted, Revoked })
        {
            var slot = waiting.Says(3, reason);
            Assert.Null(slot.Latest);
            Assert.Null(slot.Earlier);
            Assert.Null(slot.Says(4, Outage).Valid(At(60)));
        }
    }

    [Fact]
    public void A_find_that_fails_a_gate_leaves_the_earlier_one_and_is_told()
    {
        var slot = Source().Says(1, One).Says(2, Two, passes: false);

        Assert.Equal(One, slot.Valid(At(2))!.Found);
        Assert.Equal(SecretProblemCode.NameMismatch, slot.Objection!.Code);
    }

    [Fact]
    public void A_failure_after_a_find_that_failed_a_gate_keeps_what_passed() =>
        Assert.Equal(One, Source().Says(1, One).Says(2, Two, passes: false).Says(3, Outage, passes: false).Valid(At(3))!.Found);

    [Fact]
    public void A_find_that_is_not_valid_yet_leaves_the_earlier_one_until_it_is()
    {
        var old = Certificate(to: 1000);
        var next = Certificate(from: 100);
        var slot = Source().Says(1, old).Says(2, next);

        Assert.Equal(old, slot.Valid(At(99))!.Found);
        Assert.Equal(next, slot.Valid(At(100))!.Found);
    }

    [Fact]
    public void Several_finds_that_are_not_valid_yet_leave_the_one_that_is()
    {
        var old = Certificate(to: 1000);

        Assert.Equal(old, Source().Says(1, old).Says(2, Certificate(from: 500)).Says(3, Certificate(from: 600)).Valid(At(400))!.Found);
    }

    [Fact]
    public void An_expired_find_leaves_the_earlier_one_that_is_still_valid()
    {
        var old = Certificate(to: 1000);

        Assert.Equal(old, Source().Says(1, old).Says(2, Certificate(to: 1)).Valid(At(3))!.Found);
    }

    [Fact]
    public void A_valid_find_forgets_the_earlier_one() => Assert.Null(Source().Says(1, Certificate()).Says(2, Certificate()).Earlier);

    [Fact]
    public void The_one_that_expired_last_is_remembered_while_the_next_is_not_valid_yet()
    {
        var old = Certificate(to: 10);

        Assert.Equal(old, Source().Says(1, old).Says(20, Certificate(from: 100)).Expired(At(30))!.Found);
        Assert.Equal(old, Source().Says(1, old).Says(5, Certificate(from: 100)).Expired(At(30))!.Found);
        Assert.Equal(old, Source().Says(1, old).Says(20, Certificate(to: 5)).Expired(At(30))!.Found);
        Assert.Equal(old, Source().Says(1, old).Says(20, Certificate(from: 100)).Says(21, Certificate(from: 200)).Expired(At(30))!.Found);
    }

    [Fact]
    public void The_next_change_of_validity_is_the_first_beginning_or_end_ahead()
    {
        var slot = Source().Says(1, Certificate(to: 1000)).Says(2, Certificate(from: 100, to: 2000));

        Assert.Equal(At(100), slot.NextValidityChange(At(3)));
        Assert.Equal(At(1000).AddTicks(1), slot.NextValidityChange(At(100)));
        Assert.Equal(At(2000).AddTicks(1), slot.NextValidityChange(At(1001)));
        Assert.Null(slot.NextValidityChange(At(2001)));
        Assert.Null(Source().Says(1, One).NextValidityChange(At(1)));
    }

    [Fact]
    public void A_lease_ends_a_find_when_it_is_shorter_than_the_certificate()
    {
        var leased = Certificate(to: 100) with { ValidUntil = At(50) };

        Assert.Equal(At(50), new Candidate(leased, default).NotAfter);
        Assert.Equal(At(100), new Candidate(leased with { ValidUntil = At(200) }, default).NotAfter);
        Assert.Equal(At(100), new Candidate(leased with { ValidUntil = null }, default).NotAfter);
        Assert.Equal(At(50), new Candidate(Text("a", until: 50), default).NotAfter);
        Assert.Equal(DateTimeOffset.MaxValue, new Candidate(One, default).NotAfter);
    }

    [Fact]
    public void A_find_is_valid_from_its_first_to_its_last_instant()
    {
        var candidate = new Candidate(Certificate(from: 10, to: 20), default);

        Assert.False(candidate.IsValid(At(10).AddTicks(-1)));
        Assert.True(candidate.IsValid(At(10)));
        Assert.True(candidate.IsValid(At(20)));
        Assert.False(candidate.IsValid(At(20).AddTicks(1)));
    }

    [Fact]
    public void A_source_has_answered_unless_it_is_silent_or_in_an_outage_that_may_pass()
    {
        Assert.False(Source().Says(1, Outage).HasAnswered);
        Assert.True(Source().Says(1, Refused).HasAnswered);
        Assert.True(Source().Says(1, NotFound).Says(2, Outage).HasAnswered);
        Assert.True(Source().Says(1, Outage with { LastGood = One }).HasAnswered);
    }

    [Fact]
    public void A_deletion_is_dated_once_and_the_next_sound_find_calls_it_back()
    {
        var slot = Source().Says(1, One).Says(2, Deleted).Says(3, Outage).Says(4, Two, passes: false).Says(5, Outage, passes: false);

        Assert.Equal(At(2), slot.DeletedAt);
        Assert.Null(slot.Says(6, One).DeletedAt);
        Assert.Null(slot.Says(6, Redacted).DeletedAt);
    }

    [Fact]
    public void The_deletion_of_a_find_that_failed_does_not_date_what_was_deleted_before_it_anew() =>
        Assert.Equal(At(2), Source().Says(1, One).Says(2, Deleted).Says(3, Two, passes: false).Says(4, Deleted, passes: false).DeletedAt);

    [Fact]
    public void A_removal_without_a_date_counts_from_when_it_was_heard() =>
        Assert.Equal(At(2), Source().Says(1, One).Next(Deleted with { LastGood = One }, new Candidate(One, Version(One.Secret)), [], At(2)).DeletedAt);
}
