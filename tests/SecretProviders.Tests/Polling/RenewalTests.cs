using FsCheck;
using FsCheck.Fluent;
using SecretProviders.Polling;
using SecretProviders.Testing;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Polling;

public sealed class RenewalTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(3, 2.0)]
    [InlineData(30, 20.0)]
    [InlineData(45, 30.0)]
    [InlineData(60, 45.0)]
    [InlineData(150, 135.0)]
    [InlineData(1_440, 1_296.0)]
    public void Latest_renewal_leaves_time_to_try_again(int lifeMinutes, double expectedMinutes) =>
        Assert.Equal(Start.AddMinutes(expectedMinutes), Renewal.NextAt(Start, Start.AddMinutes(lifeMinutes), jitter: 0), TimeSpan.FromMilliseconds(1));

    [Fact]
    public void Jitter_moves_it_ahead_by_a_tenth_of_the_life_at_most() =>
        Assert.Equal(Start.AddMinutes(45 - 6), Renewal.NextAt(Start, Start.AddMinutes(60), jitter: 1));

    [Fact]
    public void Life_that_is_over_before_it_begins_is_renewed_at_its_end() => Assert.Equal(Start, Renewal.NextAt(Start.AddHours(1), Start, jitter: 1));

    [Fact]
    public void Renewal_lies_between_half_the_life_and_its_latest_instant() => Prop.ForAll(
        ArbMap.Default.ArbFor<PositiveInt>(),
        ArbMap.Default.ArbFor<NormalFloat>(),
        static (minutes, jitter) =>
        {
            var life = TimeSpan.FromMinutes(minutes.Get);
            var next = Renewal.NextAt(Start, Start + life, jitter.Get);
            return next >= Start + (life / 2) && next <= Renewal.NextAt(Start, Start + life, jitter: 0) && next < Start + life;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Lease_begins_with_its_read() =>
        Assert.Equal(Start.AddMinutes(45), Renewal.NextAt(Found("one") with { ValidUntil = Start.AddHours(1) }, Start, jitter: 0));

    [Fact]
    public void Secret_without_an_end_is_never_renewed()
    {
        Assert.Null(Renewal.NextAt(Found("one"), Start, jitter: 0));
        Assert.Null(Renewal.EndOf(Found("one")));
    }

    [Fact]
    public void Certificate_ends_with_its_lease_or_by_itself_whichever_is_first()
    {
        using var authority = new TestCertificateAuthority();
        var secret = authority.Issue().Secret;
        var notAfter = secret.Leaf.NotAfter;
        var found = new SecretState.Found(secret);

        Assert.Equal(notAfter, Renewal.EndOf(found));
        Assert.Equal(notAfter, Renewal.EndOf(found with { ValidUntil = notAfter.AddDays(1) }));
        Assert.Equal(notAfter.AddMinutes(-5), Renewal.EndOf(found with { ValidUntil = notAfter.AddMinutes(-5) }));
    }

    [Fact]
    public void Certificate_says_itself_when_its_life_began()
    {
        using var authority = new TestCertificateAuthority();
        var leaf = authority.Issue().Secret.Leaf;

        Assert.Equal(Renewal.NextAt(leaf.NotBefore, leaf.NotAfter, jitter: 0), Renewal.NextAt(new SecretState.Found(authority.Issue().Secret), leaf.NotBefore.AddMinutes(10), jitter: 0)!.Value, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(300, 200.0)]
    [InlineData(3, 2.0)]
    [InlineData(0.3, 1.0)]
    public void Certificate_that_is_old_when_it_comes_lives_by_what_is_left(double secondsLeft, double expectedSeconds)
    {
        using var authority = new TestCertificateAuthority();
        var found = new SecretState.Found(authority.Issue().Secret) { Minted = true };
        var readAt = Renewal.EndOf(found)!.Value.AddSeconds(-secondsLeft);

        Assert.Equal(readAt.AddSeconds(expectedSeconds), Renewal.NextAt(found, readAt, jitter: 0)!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(600)]
    public void Certificate_that_is_dated_back_is_not_renewed_as_soon_as_it_comes(int seconds)
    {
        using var authority = new TestCertificateAuthority();
        var leaf = new TestCertificateOptions { NotBefore = Start.AddSeconds(-30), NotAfter = Start.AddSeconds(seconds) };
        var found = new SecretState.Found(authority.Issue("a.example", leaf).Secret) { Minted = true };

        foreach (var jitter in (double[])[0, 0.5, 1])
        {
            Assert.InRange(Renewal.NextAt(found, Start, jitter)!.Value, Start.AddSeconds(seconds / 3.0), Start.AddSeconds(seconds * 0.91));
        }
    }

    [Theory]
    [InlineData(60, 15.0)]
    [InlineData(8, 2.0)]
    [InlineData(3, 1.0)]
    public void What_ends_is_tried_again_after_a_quarter_of_what_is_left(int secondsLeft, double expectedSeconds) =>
        Assert.Equal(TimeSpan.FromSeconds(expectedSeconds), Renewal.LongestWait(Ending(secondsLeft), Start));

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void What_has_ended_hurries_nobody(int secondsLeft) => Assert.Null(Renewal.LongestWait(Ending(secondsLeft), Start));

    [Fact]
    public void What_was_only_read_hurries_nobody()
    {
        Assert.Null(Renewal.LongestWait(null, Start));
        Assert.Null(Renewal.LongestWait(Ending(60) with { Minted = false }, Start));
        Assert.Null(Renewal.LongestWait(Found("one") with { Minted = true }, Start));
    }

    [Fact]
    public void Tries_after_an_outage_of_two_thirds_come_before_the_end() => Prop.ForAll(
        ArbMap.Default.ArbFor<PositiveInt>(),
        static left =>
        {
            // A try comes late by the wait after the last one that failed, just before the end of the outage.
            var life = TimeSpan.FromSeconds(left.Get + 12);
            var outage = Start + (life * 2 / 3);
            return outage + Renewal.LongestWait(Found("one") with { Minted = true, ValidUntil = Start + life }, outage)!.Value < Start + life;
        }).QuickCheckThrowOnFailure();

    private static SecretState.Found Ending(int secondsLeft) => Found("one") with { Minted = true, ValidUntil = Start.AddSeconds(secondsLeft) };
}
