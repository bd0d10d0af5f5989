using FsCheck;
using FsCheck.Fluent;
using SecretProviders.Watching;

namespace SecretProviders.Tests.Watching;

public sealed class BackoffTests
{
    private static readonly Backoff Backoff = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(1, 1.0, 100)]
    [InlineData(1, 0.0, 50)]
    [InlineData(2, 1.0, 200)]
    [InlineData(3, 0.5, 300)]
    [InlineData(9, 1.0, 25_600)]
    [InlineData(10, 1.0, 30_000)]
    [InlineData(10, 0.0, 15_000)]
    [InlineData(int.MaxValue, 1.0, 30_000)]
    public void Wait_doubles_up_to_its_limit(int failures, double random, int expected) =>
        Assert.Equal(TimeSpan.FromMilliseconds(expected), Backoff.Wait(failures, random));

    [Theory]
    [InlineData(10, 10)]
    [InlineData(3_600, 3_600)]
    [InlineData(86_400, 3_600)]
    public void Stores_wish_is_honoured_up_to_an_hour(int asked, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), Backoff.Wait(1, 1, TimeSpan.FromSeconds(asked)));

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Wish_below_our_own_wait_changes_nothing(int asked) =>
        Assert.Equal(TimeSpan.FromMilliseconds(100), Backoff.Wait(1, 1, TimeSpan.FromSeconds(asked)));

    [Fact]
    public void No_failure_is_no_reason_to_wait() => Assert.Throws<ArgumentOutOfRangeException>(() => Backoff.Wait(0, 0));

    [Fact]
    public void Wait_stays_within_its_limits() => Prop.ForAll(
        ArbMap.Default.ArbFor<PositiveInt>(),
        ArbMap.Default.ArbFor<NormalFloat>(),
        static (failures, random) =>
        {
            var wait = Backoff.Wait(failures.Get, random.Get);
            return wait >= Backoff.Initial / 2 && wait <= Backoff.Maximum;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Wait_never_shrinks_with_more_failures() => Prop.ForAll(
        ArbMap.Default.ArbFor<PositiveInt>(),
        static failures => Backoff.Wait(failures.Get + 1, 0.3) >= Backoff.Wait(failures.Get, 0.3)).QuickCheckThrowOnFailure();
}
