using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation;

/// <summary>What replaced routes published stays while the new ones find nothing, by the limits of the new ones.</summary>
public sealed class CarriedSecretTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Expired_secret_goes_when_its_new_route_is_strict()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        await using var reader = await StartAsync(fixture);
        fixture.Clock.Advance(2 * Hour);
        Assert.Equal(SecretStatus.Stale, fixture.Provider.Current("a").Status);

        fixture.Provider.ReplaceRoutes([AggregateFixture.FirstOnly("a") with { Strict = true }]);

        AssertGone(fixture, SecretStatus.Invalid, SecretProblemCode.Expired);
    }

    [Fact]
    public async Task Secret_that_expires_meanwhile_gets_its_alarm()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        await using var reader = await CarryAsync(fixture, SecondOnly());

        fixture.Clock.Advance(2 * Hour);

        AssertStays(fixture, SecretProblemCode.Expired);
        Assert.Contains(104, fixture.Logs.EventIds);
    }

    [Fact]
    public async Task Secret_that_expires_meanwhile_goes_when_its_new_route_is_strict()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        await using var reader = await CarryAsync(fixture, SecondOnly() with { Strict = true });
        AssertStays(fixture, SecretProblemCode.Unavailable);

        fixture.Clock.Advance(2 * Hour);

        AssertGone(fixture, SecretStatus.Unavailable, SecretProblemCode.Unavailable);
    }

    [Fact]
    public async Task Secret_goes_when_nobody_vouched_for_it_longer_than_its_new_route_allows()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        await using var reader = await CarryAsync(fixture, SecondOnly() with { MaxStale = Hour / 4 });
        fixture.Clock.Advance(Hour / 5);
        AssertStays(fixture, SecretProblemCode.Unavailable);

        // Another reload does not let the time begin anew.
        fixture.Provider.ReplaceRoutes([SecondOnly() with { MaxStale = Hour / 4, Dwell = Hour }]);
        fixture.Clock.Advance(Hour / 10);

        AssertGone(fixture, SecretStatus.Unavailable, SecretProblemCode.Unavailable);
    }

    [Fact]
    public async Task Secret_that_nobody_vouches_for_is_stale_until_somebody_does()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        await using var reader = await CarryAsync(fixture, SecondOnly());
        AssertStays(fixture, SecretProblemCode.Unavailable);
        var found = fixture.Issue("a");

        fixture.Second.Found("a", found);

        Assert.Equal(SecretStatus.Available, (await reader.WaitForAsync("a", snapshot => ReferenceEquals(snapshot.Secret, found))).Status);
    }

    [Fact]
    public async Task Outer_aggregate_is_told_that_nobody_vouches_for_it()
    {
        await using var fixture = new AggregateFixture(AggregateFixture.FirstOnly("a"));
        await using var reader = await CarryAsync(fixture, SecondOnly());
        await using var watch = fixture.Provider.WatchAsync(new SecretReference("a")).GetAsyncEnumerator();

        Assert.True(await watch.MoveNextAsync());

        var outage = Assert.IsType<SecretState.Unavailable>(watch.Current);
        Assert.Same(fixture.Provider.Current("a").Secret, outage.LastGood?.Secret);
    }

    private static SecretRoute SecondOnly() => new("a", [new RouteReference("second")]);

    private static async Task<SecretSnapshotReader> StartAsync(AggregateFixture fixture)
    {
        fixture.First.Found("a", fixture.Issue("a"));
        fixture.Second.Unavailable("a", "down");
        var reader = fixture.Read("a");
        await reader.WaitForAsync("a");
        return reader;
    }

    private static async Task<SecretSnapshotReader> CarryAsync(AggregateFixture fixture, SecretRoute route)
    {
        var reader = await StartAsync(fixture);
        fixture.Provider.ReplaceRoutes([route]);
        await fixture.Second.WhenWatchedAsync("a");
        fixture.Clock.Advance(route.FirstAnswer);
        return reader;
    }

    private static void AssertStays(AggregateFixture fixture, SecretProblemCode problem)
    {
        var snapshot = fixture.Provider.Current("a");
        Assert.NotNull(snapshot.Secret);
        Assert.Equal((SecretStatus.Stale, problem), (snapshot.Status, snapshot.Problem?.Code));
    }

    private static void AssertGone(AggregateFixture fixture, SecretStatus status, SecretProblemCode problem)
    {
        var snapshot = fixture.Provider.Current("a");
        Assert.Null(snapshot.Secret);
        Assert.Equal((status, problem), (snapshot.Status, snapshot.Problem?.Code));
    }
}
