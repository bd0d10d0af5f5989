using SecretProviders.Resolution;
using static SecretProviders.Tests.Resolution.Story;

namespace SecretProviders.Tests.Resolution;

public sealed class TrustRuleTests
{
    private static readonly SecretState.Found Leaf = Certificate(trust: [0]);
    private static readonly SecretState.Found Bare = Certificate();
    private static readonly double Kept = TimeSpan.FromHours(48).TotalSeconds;

    [Fact]
    public void Trust_comes_with_the_winner()
    {
        var trust = Of(1, Route.Resolve(1, Source().Says(1, Leaf)));

        AssertServes(Trust(0), trust);
        Assert.Equal("s0", trust.Candidate!.Found.Origin!.Source);
        Assert.Equal(Version(Context(0)), trust.Candidate.Version);
        Assert.Equal(Context(0), Assert.IsType<SecretState.Found>(trust.State).Secret);
    }

    [Fact]
    public void Trust_is_pending_as_long_as_its_leaf()
    {
        var trust = Of(1, Route.Resolve(1, Source()));

        AssertNothing(SecretStatus.Pending, trust);

        // Whoever decides the leaf decides its trust with it: a clock of its own would ring beside the leaf's.
        Assert.Null(trust.NextChange);
    }

    [Fact]
    public void Trust_is_the_winners_and_not_another_sources() =>
        AssertServes(Trust(1), Of(1, Route.Resolve(1, Source().Says(1, NotFound), Source("s1").Says(1, Certificate(trust: [1])), Source("s2").Says(1, Leaf))));

    [Fact]
    public void A_winner_without_trust_leaves_the_last_trust()
    {
        var first = Route.Resolve(1, Source().Says(1, Leaf));

        AssertServes(Trust(0), Of(2, Route.Resolve(2, first, Source().Says(1, Leaf).Says(2, Bare))));
        AssertServes(Trust(0), Of(2, Route.Resolve(2, first, Source().Says(1, Leaf).Says(2, Deleted), Source("s1").Says(1, Bare))));
    }

    [Theory]
    [InlineData(RemovalReason.Redacted)]
    [InlineData(RemovalReason.Revoked)]
    public void Trust_that_was_taken_back_goes_although_another_source_wins_or_is_silent(RemovalReason reason)
    {
        var slot = Source().Says(1, Leaf);
        var first = Route.Resolve(1, slot);
        var gone = slot.Says(2, new SecretState.Removed(reason));

        AssertNothing(SecretStatus.Absent, Of(2, Route.Resolve(2, first, gone)));
        AssertNothing(SecretStatus.Absent, Of(2, Route.Resolve(2, first, gone, Source("s1").Says(1, Bare))));
        AssertNothing(SecretStatus.Unavailable, Of(2, Route.Resolve(2, first, gone, Source("s1").Says(1, Refused))));
    }

    [Fact]
    public void Without_a_winner_that_ever_carried_trust_there_is_none() =>
        AssertNothing(SecretStatus.Absent, Of(1, Route.Resolve(1, Source().Says(1, Bare))));

    public static TheoryData<SecretState> Failures => [Outage, Refused, Denied, Invalid];

    [Theory]
    [MemberData(nameof(Failures))]
    public void Trust_is_stale_with_its_leaf(SecretState failure)
    {
        var trust = Of(2, Route.Resolve(2, Source().Says(1, Leaf).Says(2, failure)));

        AssertServes(Trust(0), trust, SecretStatus.Stale);
        Assert.Equal(failure.GetType(), trust.State!.GetType());
        Assert.Equal(Context(0), trust.State.LastGood!.Secret);
    }

    [Fact]
    public void Trust_outlives_its_deleted_leaf_by_48_hours()
    {
        var slot = Source().Says(1, Leaf);
        var gone = Route.Resolve(2, Route.Resolve(1, slot), slot.Says(2, Deleted));

        AssertNothing(SecretStatus.Absent, gone);
        AssertServes(Trust(0), Of(2, gone), SecretStatus.Stale);
        Assert.Equal(At(2 + Kept), Of(2, gone).NextChange);
        AssertNothing(SecretStatus.Absent, Of(2 + Kept, gone));
    }

    [Fact]
    public void The_48_hours_run_through_an_outage_after_the_deletion()
    {
        var slot = Source().Says(1, Leaf).Says(2, Deleted).Says(3, Outage);
        var leaf = Route.Resolve(3, Route.Resolve(1, Source().Says(1, Leaf)), slot);

        AssertServes(Trust(0), Of(3, leaf), SecretStatus.Stale);
        AssertNothing(SecretStatus.Unavailable, Of(2 + Kept, leaf));
    }

    [Fact]
    public void The_route_may_retain_trust_for_another_time()
    {
        var route = Route with { RetainRemoved = TimeSpan.FromSeconds(10) };
        var slot = Source().Says(1, Leaf).Says(2, Deleted);

        AssertServes(Trust(0), Of(11, route.Resolve(11, slot), route), SecretStatus.Stale);
        AssertNothing(SecretStatus.Absent, Of(12, route.Resolve(12, slot), route));
    }

    [Fact]
    public void Trust_of_a_deletion_that_was_before_anybody_asked_is_retained_too() =>
        AssertServes(Trust(0), Of(3, Route.Resolve(3, Source().Says(3, Deleted with { LastGood = Leaf, DeletedAt = At(2) }))), SecretStatus.Stale);

    [Fact]
    public void Trust_of_a_leaf_that_is_not_valid_yet_goes_before_it() =>
        Assert.Equal(Context(0), Of(1, Route.Resolve(1, Source().Says(1, Certificate(from: 100, trust: 0)))).Candidate!.Secret);

    [Fact]
    public void Trust_of_a_leaf_that_fails_a_gate_is_not_published() =>
        AssertNothing(SecretStatus.Invalid, Of(1, Route.Resolve(1, Source().Says(1, Leaf, passes: false))));

    [Fact]
    public void Trust_of_an_expired_leaf_stays() =>
        AssertServes(Trust(0), Of(20, Route.Resolve(20, Source().Says(1, Certificate(to: 10, trust: 0)))), SecretStatus.Stale);

    [Fact]
    public void Nothing_is_said_to_an_outer_aggregate_of_the_leaf_itself()
    {
        var slot = Source().Says(1, Bare);

        var trust = Of(2, Route.Resolve(2, slot.Says(2, Deleted)));

        AssertNothing(SecretStatus.Absent, trust);
        Assert.Null(trust.State!.LastGood);
    }

    private static NameResolution Of(double at, NameResolution leaf, SecretRoute? route = null) => TrustRule.Resolve(route ?? Route, leaf, "a", At(at), Version);
}
