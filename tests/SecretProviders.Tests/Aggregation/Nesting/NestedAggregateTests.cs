using SecretProviders.Testing;

namespace SecretProviders.Tests.Aggregation.Nesting;

/// <summary>An aggregate as a source of another one.</summary>
public sealed class NestedAggregateTests : IAsyncDisposable
{
    private readonly AggregateFixture _inner = new(AggregateFixture.FirstOnly("{x}") with { Trust = "{x}-ca" });
    private readonly TestCertificateAuthority _authority;
    private readonly AggregateProvider _outer;

    public NestedAggregateTests()
    {
        _authority = new TestCertificateAuthority("CA", _inner.Clock);
        var options = new AggregateProviderOptions();
        options.Routes.Add(new SecretRoute("{x}", [new RouteReference("inner")]) { FirstAnswer = TimeSpan.FromSeconds(6), MaxStale = TimeSpan.FromDays(7) });
        _outer = new AggregateProvider([KeyValuePair.Create<string, ISecretSource>("inner", _inner.Provider)], options, _inner.Clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _outer.DisposeAsync();
        await _inner.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task Trust_that_an_inner_reload_no_longer_routes_is_retained_like_any_that_was_deleted()
    {
        _inner.First.Found("ca", _authority.Trust);
        await using var reader = _outer.Subscribe(new SecretConsumer("test"), "ca").Open();
        await reader.WaitForAsync("ca");

        _inner.Provider.ReplaceRoutes([AggregateFixture.FirstOnly("other")]);

        Assert.Equal(_authority.Trust, (await reader.WaitForAsync("ca", static snapshot => snapshot.Status == SecretStatus.Stale)).Secret);
        _inner.Clock.Advance(TimeSpan.FromHours(48));
        Assert.Equal(SecretStatus.Absent, (await reader.WaitForAsync("ca", static snapshot => snapshot.Secret is null)).Status);
    }

    [Theory]
    [InlineData("unavailable")]
    [InlineData("denied")]
    [InlineData("invalid")]
    public async Task A_failure_after_a_deletion_does_not_cut_the_outer_retention_short(string failure)
    {
        var secret = AggregateFixture.Text("value");
        _inner.First.Found("a", secret);
        var options = new AggregateProviderOptions();
        options.Routes.Add(new SecretRoute("a", [new RouteReference("inner")]) { FirstAnswer = TimeSpan.FromSeconds(6), RetainRemoved = TimeSpan.FromHours(1) });
        await using var outer = new AggregateProvider([KeyValuePair.Create<string, ISecretSource>("inner", _inner.Provider)], options, _inner.Clock);
        await using var reader = outer.Subscribe(new SecretConsumer("test"), "a").Open();
        await reader.WaitForAsync("a");
        _inner.First.Removed("a");
        await reader.WaitForAsync("a", static snapshot => snapshot.Status == SecretStatus.Stale);

        _inner.First.Set("a", failure switch
        {
            "unavailable" => new SecretState.Unavailable("It is down."),
            "denied" => new SecretState.Denied("Grant it."),
            _ => new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "It does not parse.")),
        });

        Assert.Same(secret, (await reader.WaitForAsync("a", static snapshot => snapshot.Problem?.Code != SecretProblemCode.Absent)).Secret);
        _inner.Clock.Advance(TimeSpan.FromHours(1));
        await reader.WaitForAsync("a", static snapshot => snapshot.Secret is null);
    }

    [Fact]
    public async Task What_the_inner_source_redacts_is_taken_away_at_once()
    {
        _inner.First.Found("ca", _authority.Trust);
        await using var reader = _outer.Subscribe(new SecretConsumer("test"), "ca").Open();
        await reader.WaitForAsync("ca");

        _inner.First.Removed("ca", RemovalReason.Redacted);

        Assert.Equal(SecretStatus.Absent, (await reader.WaitForAsync("ca", static snapshot => snapshot.Secret is null)).Status);
    }

    [Fact]
    public async Task Trust_and_origin_pass_through()
    {
        var leaf = _authority.Issue("web");
        _inner.First.Found("web", leaf.Secret, leaf.Trust);

        var state = Assert.IsType<SecretState.Found>(await _inner.Provider.ReadAsync("web"));

        Assert.Equal(("first", leaf.Trust), (state.Origin!.Source, state.Trust));
    }

    [Fact]
    public async Task An_outage_inside_is_an_outage_outside_with_the_last_good_secret()
    {
        _inner.First.Found("ca", _authority.Trust);
        await using var reader = _outer.Subscribe(new SecretConsumer("test"), "ca").Open();
        await reader.WaitForAsync("ca");

        _inner.First.Unavailable("ca");

        Assert.Equal(_authority.Trust, (await reader.WaitForAsync("ca", static snapshot => snapshot.Status == SecretStatus.Stale)).Secret);
    }
}
