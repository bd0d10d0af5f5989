using SecretProviders.Resolution;
using static SecretProviders.Tests.Resolution.Story;

namespace SecretProviders.Tests.Resolution;

public sealed class OfferTests
{
    private const double Hour = 3600;
    private static readonly SecretState.Found One = Text("one");

    [Fact]
    public void Silence_and_not_found_offer_nothing()
    {
        Assert.Equal(default, Offer.Of(Source(), Route, At(1)));
        Assert.Equal(default, Offer.Of(Source().Says(1, NotFound), Route, At(1)));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(0.0, 0)]
    [InlineData(60.0, 60)]
    public void A_deleted_secret_is_retained_as_the_route_says_and_by_default_not_at_all(double? retain, double kept) =>
        AssertOffered(Source().Says(1, One).Says(10, Deleted), Route with { RetainRemoved = Span(retain) }, 10, 10 + kept);

    [Theory]
    [InlineData(null, 48 * Hour)]
    [InlineData(0.0, 0)]
    [InlineData(60.0, 60)]
    public void Deleted_trust_is_retained_for_48_hours_by_default(double? retain, double kept) =>
        AssertOffered(Source().Says(1, Trust(0)).Says(10, Deleted), Route with { RetainRemoved = Span(retain) }, 10, 10 + kept);

    [Fact]
    public void Retention_runs_from_the_deletion_through_an_outage_after_it()
    {
        var route = Route with { RetainRemoved = TimeSpan.FromSeconds(60) };
        var slot = Source().Says(1, One).Says(10, Deleted).Says(20, Outage);

        AssertOffered(slot, route, 20, 70);
        AssertOffered(slot.Says(65, Denied), route, 65, 70);
        AssertOffered(slot.Says(65, Deleted), route, 65, 70);
    }

    [Fact]
    public void A_find_that_fails_a_gate_does_not_lengthen_retention()
    {
        var slot = Source().Says(1, One).Says(10, Deleted);

        Assert.Null(Offer.Of(slot.Says(11, Text("two"), passes: false), Route, At(11)).Candidate);
        AssertOffered(slot.Says(11, Text("two"), passes: false), Route with { RetainRemoved = TimeSpan.FromSeconds(60) }, 11, 70);
    }

    [Fact]
    public void A_find_after_a_deletion_is_offered_without_end() =>
        AssertOffered(Source().Says(1, One).Says(10, Deleted).Says(11, Text("two")), Route, 11, double.PositiveInfinity);

    [Fact]
    public void Retention_for_ever_does_not_overflow() =>
        AssertOffered(Source().Says(1, One).Says(10, Deleted), Route with { RetainRemoved = TimeSpan.MaxValue }, 10, double.PositiveInfinity);

    [Fact]
    public void Redacted_and_revoked_secrets_are_not_retained()
    {
        var route = Route with { RetainRemoved = TimeSpan.FromDays(9) };

        Assert.Equal(default, Offer.Of(Source().Says(1, Trust(0)).Says(10, Redacted), route, At(10)));
        Assert.Equal(default, Offer.Of(Source().Says(1, Trust(0)).Says(10, Revoked), route, At(10)));
    }

    [Fact]
    public void Without_max_stale_a_last_good_secret_is_offered_without_end() =>
        AssertOffered(Source().Says(1, One).Says(10, Outage), Route, 10, double.PositiveInfinity);

    [Fact]
    public void Max_stale_runs_over_changing_sorts_of_failure()
    {
        var route = Route with { MaxStale = TimeSpan.FromSeconds(60) };
        var slot = Source().Says(1, One).Says(10, Outage);

        AssertOffered(slot, route, 10, 70);
        AssertOffered(slot.Says(30, Denied), route, 30, 70);
        AssertOffered(slot.Says(30, Invalid), route, 30, 70);
        AssertOffered(slot.Says(30, Text("two"), passes: false), route, 30, 70);
        AssertOffered(slot.Says(30, One).Says(40, Outage), route, 40, 100);
    }

    [Fact]
    public void Max_stale_does_not_shorten_the_retention_of_a_deletion() => AssertOffered(
        Source().Says(1, One).Says(10, Deleted), Route with { MaxStale = TimeSpan.FromSeconds(5), RetainRemoved = TimeSpan.FromSeconds(60) }, 10, 70);

    [Fact]
    public void Max_stale_does_not_end_a_find() => AssertOffered(Source().Says(1, One), Route with { MaxStale = TimeSpan.Zero }, 10, double.PositiveInfinity);

    [Fact]
    public void An_expired_secret_is_offered_apart()
    {
        var old = Certificate(to: 10);
        var offer = Offer.Of(Source().Says(1, old), Route, At(11));

        Assert.Null(offer.Candidate);
        Assert.Equal(old, offer.Expired!.Found);
        Assert.Null(offer.Until);
    }

    [Fact]
    public void A_secret_that_is_not_valid_yet_is_not_offered_but_announced()
    {
        var offer = Offer.Of(Source().Says(1, Certificate(from: 100)), Route, At(11));

        Assert.Equal((null, null, At(100)), (offer.Candidate, offer.Expired, offer.Until));
    }

    [Fact]
    public void Nothing_is_offered_after_max_stale_not_even_what_expired() =>
        Assert.Equal(default, Offer.Of(Source().Says(1, Certificate(to: 5)).Says(6, Outage), Route with { MaxStale = TimeSpan.FromSeconds(10) }, At(16)));

    private static void AssertOffered(Slot slot, SecretRoute route, double now, double end)
    {
        if (double.IsPositiveInfinity(end))
        {
            Assert.Null(Offer.Of(slot, route, At(now)).Until);
            Assert.NotNull(Offer.Of(slot, route, At(now + 1e9)).Candidate);
            return;
        }

        if (end > now)
        {
            var offer = Offer.Of(slot, route, At(now));
            Assert.Equal(slot.Latest, offer.Candidate);
            Assert.Equal(At(end), offer.Until);
            Assert.NotNull(Offer.Of(slot, route, At(end).AddTicks(-1)).Candidate);
        }

        Assert.Equal(default, Offer.Of(slot, route, At(end)));
    }

    private static TimeSpan? Span(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;
}
