using SecretProviders.Resolution;
using static SecretProviders.Tests.Resolution.Story;

namespace SecretProviders.Tests.Resolution;

public sealed class UnionRuleTests
{
    [Fact]
    public void The_anchors_of_all_are_united_by_digest_without_repetition()
    {
        var outcome = TrustRoute.Resolve(1, Source().Says(1, Trust(3, 1)), Source("s1").Says(1, Trust(1, 0)));

        AssertServes(Trust(0, 1, 3), outcome);
        Assert.Equal([0, 1], outcome.Members);
        Assert.False(outcome.IsPartial);
        Assert.Equal("s0+s1", outcome.Candidate!.Found.Origin!.Source);
        Assert.IsType<SecretState.Found>(outcome.State);
    }

    [Fact]
    public void The_order_of_a_single_members_anchors_is_that_of_a_union() =>
        AssertServes(Trust(0, 2), TrustRoute.Resolve(1, Source().Says(1, Trust(2, 0, 2)), Source("s1").Says(1, NotFound)));

    [Fact]
    public void A_union_waits_first_answer_for_every_member_and_is_partial_then()
    {
        var slots = new[] { Source().Says(1, Trust(0)), Source("s1") };

        var waiting = TrustRoute.Resolve(4, slots);
        AssertNothing(SecretStatus.Pending, waiting);
        Assert.Equal(At(5), waiting.NextChange);
        var partial = TrustRoute.Resolve(5, waiting, slots);
        AssertServes(Trust(0), partial);
        Assert.True(partial.IsPartial);
        Assert.Equal(SecretProblemCode.Unavailable, partial.Problem!.Code);
    }

    public static TheoryData<SecretState, bool> Answers => new()
    {
        { NotFound, false },
        { Deleted, false },
        { Redacted, false },
        { Refused, true },
        { Denied, true },
        { Invalid, true },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void A_member_without_trust_is_missing_unless_it_said_that_it_has_none(SecretState said, bool missing)
    {
        var outcome = TrustRoute.Resolve(1, Source().Says(1, said), Source("s1").Says(1, Trust(1)));

        AssertServes(Trust(1), outcome);
        Assert.Equal(missing, outcome.IsPartial);
        Assert.Equal(missing, outcome.Problem is not null);
    }

    [Fact]
    public void An_answer_ends_the_wait_also_when_an_outage_follows_it() =>
        Assert.Equal(SecretStatus.Available, TrustRoute.Resolve(3, Source().Says(1, NotFound).Says(2, Outage), Source("s1").Says(1, Trust(1))).Status);

    public static TheoryData<SecretState> Failures => [Outage, Refused, Denied, Invalid];

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_silent_member_keeps_its_last_good_anchors(SecretState failure)
    {
        var outcome = TrustRoute.Resolve(1000, Source().Says(1, Trust(0)).Says(2, failure), Source("s1").Says(1, Trust(1)));

        AssertServes(Trust(0, 1), outcome, SecretStatus.Stale);
        Assert.False(outcome.IsPartial);
        Assert.Equal(failure.GetType(), outcome.State!.GetType());
        Assert.Equal(outcome.Candidate!.Secret, outcome.State.LastGood!.Secret);
    }

    [Fact]
    public void A_redacted_members_anchors_go_at_once() =>
        AssertServes(Trust(1), TrustRoute.Resolve(2, Source().Says(1, Trust(0)).Says(2, Redacted), Source("s1").Says(1, Trust(1))));

    [Fact]
    public void A_deleted_members_anchors_are_retained_for_48_hours()
    {
        var slots = new[] { Source().Says(1, Trust(0)).Says(2, Deleted), Source("s1").Says(1, Trust(1)) };
        var end = At(2) + TimeSpan.FromHours(48);

        var kept = TrustRoute.Resolve(3, slots);
        AssertServes(Trust(0, 1), kept, SecretStatus.Stale);
        Assert.Equal(end, kept.NextChange);
        AssertServes(Trust(1), TrustRoute.Resolve((end - Start).TotalSeconds, slots));
    }

    [Fact]
    public void A_members_deletion_is_not_told_as_the_deletion_of_the_union()
    {
        var deleted = Source().Says(1, Trust(0)).Says(2, Deleted);

        Assert.IsType<SecretState.Found>(TrustRoute.Resolve(3, deleted, Source("s1").Says(1, Trust(1))).State);
        Assert.Null(TrustRoute.Resolve(3, deleted.Says(3, Outage), Source("s1").Says(1, Trust(1))).State!.DeletedAt);
    }

    [Fact]
    public void The_deletion_of_all_members_is_told_with_the_last_date()
    {
        var state = TrustRoute.Resolve(9, Source().Says(1, Trust(0)).Says(2, Deleted), Source("s1").Says(1, Trust(1)).Says(5, Deleted)).State;

        Assert.Equal(At(5), Assert.IsType<SecretState.Removed>(state).DeletedAt);
        Assert.Equal(Context(0, 1), state!.LastGood!.Secret);
    }

    [Fact]
    public void A_refusal_is_told_rather_than_a_deletion() => Assert.IsType<SecretState.Denied>(
        TrustRoute.Resolve(3, Source().Says(1, Trust(0)).Says(2, Deleted), Source("s1").Says(1, Trust(1)).Says(2, Denied)).State);

    [Fact]
    public void Max_stale_ends_a_silent_members_anchors()
    {
        var route = TrustRoute with { MaxStale = TimeSpan.FromSeconds(60) };
        var slots = new[] { Source().Says(1, Trust(0)).Says(10, Outage), Source("s1").Says(1, Trust(1)) };

        Assert.Equal(At(70), route.Resolve(11, slots).NextChange);
        var partial = route.Resolve(70, slots);
        AssertServes(Trust(1), partial);
        Assert.True(partial.IsPartial);
    }

    public static TheoryData<SecretState?, SecretStatus> NeverEmpty => new()
    {
        { null, SecretStatus.Unavailable },
        { Outage, SecretStatus.Unavailable },
        { Refused, SecretStatus.Unavailable },
        { Denied, SecretStatus.Denied },
        { Invalid, SecretStatus.Invalid },
        { NotFound, SecretStatus.Absent },
        { Redacted, SecretStatus.Absent },
    };

    [Theory]
    [MemberData(nameof(NeverEmpty))]
    public void A_union_of_nothing_is_never_an_empty_trust(SecretState? said, SecretStatus expected)
    {
        var slots = new[] { Source(), Source("s1") }.Select(slot => said is null ? slot : slot.Says(1, said)).ToArray();

        AssertNothing(expected, TrustRoute.Resolve(5, slots));
    }

    [Fact]
    public void Matchers_pins_and_lax_flags_are_the_first_members_alone()
    {
        var first = Context(0) with { SubjectAltNames = [new SubjectAltNameMatcher(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "a")], CertificateHashes = ["aa"], MaxVerifyDepth = 2 };
        var second = Context(1) with
        {
            SubjectAltNames = [new SubjectAltNameMatcher(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "b")],
            CertificateHashes = ["bb"],
            SpkiHashes = ["cc"],
            AllowExpiredCertificate = true,
            AcceptUntrusted = true,
            OnlyVerifyLeafRevocation = true,
            MaxVerifyDepth = 9,
        };

        var outcome = TrustRoute.Resolve(1, Source().Says(1, new SecretState.Found(first)), Source("s1").Says(1, new SecretState.Found(second)));

        Assert.Equal(first with { TrustAnchors = Context(0, 1).TrustAnchors }, outcome.Candidate!.Secret);
    }

    [Fact]
    public void Equal_content_keeps_its_version_and_new_content_has_its_own()
    {
        var before = TrustRoute.Resolve(1, Source().Says(1, Trust(0)), Source("s1").Says(1, Trust(0, 1)));
        var same = TrustRoute.Resolve(2, before, Source().Says(1, Trust(0, 1)), Source("s1").Says(1, Trust(1)));
        var other = TrustRoute.Resolve(3, same, Source().Says(1, Trust(0, 1)), Source("s1").Says(1, Trust(2)));

        Assert.Equal(before.Candidate!.Version, same.Candidate!.Version);
        Assert.Equal(Version(Context(0, 1, 2)), other.Candidate!.Version);
    }
}
