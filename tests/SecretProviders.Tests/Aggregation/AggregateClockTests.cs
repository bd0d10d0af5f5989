using SecretProviders.Testing;
using SecretProviders.Tests.Watching;

namespace SecretProviders.Tests.Aggregation;

/// <summary>A clock that is set back, as by an hour or two after a bad start, makes no wait longer.</summary>
public sealed class AggregateClockTests : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromHours(8);
    private readonly ManualTimeProvider _clock = new();
    private readonly TimerSpy _spy;
    private readonly ScriptedSecretSource _first;
    private readonly ScriptedSecretSource _second;
    private readonly TestCertificateAuthority _authority;

    public AggregateClockTests()
    {
        _spy = new TimerSpy(_clock);
        (_first, _second) = (new ScriptedSecretSource("first", _spy), new ScriptedSecretSource("second", _spy));
        _authority = new TestCertificateAuthority("CA", _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task First_answer_is_waited_for_no_longer()
    {
        var route = AggregateFixture.Both("a");
        await using var provider = Provider(route);
        _first.Silent("a");
        _second.Found("a", Issue());
        await using var reader = provider.Subscribe(new SecretConsumer("c"), "a").Open();
        await UntilAsync(() => provider.Explain("a").Sources[1].HasLastGood);

        SetBack();
        _clock.Advance(route.FirstAnswer);

        Assert.Equal(SecretStatus.Available, provider.Current("a").Status);
    }

    [Fact]
    public async Task Way_back_from_an_outage_dwells_no_longer()
    {
        var route = AggregateFixture.Both("a") with { FallThroughAfter = TimeSpan.Zero };
        await using var provider = Provider(route);
        var (best, other) = (Issue(), Issue());
        _first.Found("a", best);
        _second.Found("a", other);
        await using var reader = provider.Subscribe(new SecretConsumer("c"), "a").Open();
        await reader.WaitForAsync("a", snapshot => ReferenceEquals(snapshot.Secret, best));
        await UntilAsync(() => provider.Explain("a").Sources[1].HasLastGood);
        _first.Unavailable("a", "lost");
        await reader.WaitForAsync("a", snapshot => ReferenceEquals(snapshot.Secret, other));
        _first.Found("a", best);
        await UntilAsync(() => provider.Explain("a").Sources[0].State == "Found");
        Assert.Same(other, provider.Current("a").Secret);

        SetBack();
        _clock.Advance(route.Dwell);

        Assert.Same(best, provider.Current("a").Secret);
    }

    [Fact]
    public async Task Leaf_is_held_for_its_trust_no_longer()
    {
        var route = AggregateFixture.FirstOnly("leaf") with { ChainsTo = ["trust"] };
        await using var provider = Provider(route, AggregateFixture.FirstOnly("trust"));
        using var stranger = new TestCertificateAuthority("Stranger", _clock);
        _first.Found("trust", stranger.Trust);
        await using var reader = provider.Subscribe(new SecretConsumer("c"), "trust", "leaf").Open();
        await reader.WaitForAsync("trust");
        _first.Found("leaf", Issue());
        await UntilAsync(() => provider.Explain("leaf").Reason.Contains("held", StringComparison.Ordinal));

        SetBack();
        _clock.Advance(route.GroupHold);

        Assert.Equal(SecretStatus.Available, provider.Current("leaf").Status);
    }

    [Fact]
    public async Task Secret_that_nobody_vouches_for_is_served_no_longer()
    {
        var route = AggregateFixture.FirstOnly("a") with { MaxStale = TimeSpan.FromMinutes(10) };
        await using var provider = Provider(route);
        _first.Found("a", Issue());
        await using var reader = provider.Subscribe(new SecretConsumer("c"), "a").Open();
        await reader.WaitForAsync("a");
        _first.Unavailable("a", "lost");
        await reader.WaitForAsync("a", static snapshot => snapshot.Status == SecretStatus.Stale);

        SetBack();
        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(SecretStatus.Stale, provider.Current("a").Status);
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(SecretStatus.Unavailable, provider.Current("a").Status);
    }

    [Fact]
    public async Task Name_that_nobody_wants_lingers_no_longer()
    {
        await using var provider = Provider(AggregateFixture.FirstOnly("a"));
        _first.Found("a", Issue());
        await provider.GetAsync("a");

        SetBack();
        _clock.Advance(new AggregateProviderOptions().Linger);

        Assert.Empty(provider.Names);
    }

    [Fact]
    public async Task Certificate_expires_by_the_new_time()
    {
        await using var provider = Provider(AggregateFixture.FirstOnly("a") with { Strict = true });
        var leaf = _authority.Issue("a", new TestCertificateOptions { NotBefore = _clock.GetUtcNow().AddDays(-1), NotAfter = _clock.GetUtcNow().AddHours(1) }).Secret;
        _first.Found("a", leaf);
        await using var reader = provider.Subscribe(new SecretConsumer("c"), "a").Open();
        await reader.WaitForAsync("a");

        SetBack();
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(SecretStatus.Available, provider.Current("a").Status);
        _clock.Advance(Step);

        Assert.Equal(SecretStatus.Invalid, provider.Current("a").Status);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var hang = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private void SetBack() => _spy.Correction -= Step;

    private TlsCertificate Issue() => _authority.Issue("a", new TestCertificateOptions { NotBefore = _clock.GetUtcNow().AddDays(-1), NotAfter = _clock.GetUtcNow().AddDays(1) }).Secret;

    private AggregateProvider Provider(params ReadOnlySpan<SecretRoute> routes)
    {
        var options = new AggregateProviderOptions();
        foreach (var route in routes)
        {
            options.Routes.Add(route);
        }

        return new AggregateProvider(
            [KeyValuePair.Create<string, ISecretSource>("first", _first), KeyValuePair.Create<string, ISecretSource>("second", _second)], options, _spy);
    }
}
