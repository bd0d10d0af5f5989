using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using SecretProviders.Testing;
using SecretProviders.Tests.Diagnostics;

namespace SecretProviders.Tests.Aggregation;

/// <summary>What other people's code throws or holds up, a source's, a logger's, a listener's, hurts nothing else.</summary>
public sealed class AggregateIsolationTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ManualTimeProvider _clock = new();
    private readonly TestCertificateAuthority _authority;

    public AggregateIsolationTests() => _authority = new TestCertificateAuthority("CA", _clock);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task A_log_that_throws_takes_no_news_away_and_accuses_no_source()
    {
        using var log = new ThrowingLogger();
        await using var source = new ScriptedSecretSource("first", _clock);
        await using var provider = Provider(log, ("first", source));
        source.Found("a", _authority.Issue("a").Secret);
        await using var reader = provider.Subscribe(new SecretConsumer("c"), "a").Open();
        await reader.WaitForAsync("a");
        var second = _authority.Issue("a").Secret;

        source.Found("a", second);

        await reader.WaitForAsync("a", snapshot => ReferenceEquals(snapshot.Secret, second));
        Assert.Equal(1, source.Watches("a"));
        Assert.Equal(2, provider.ReplaceRoutes([AggregateFixture.FirstOnly("{x}")]));
        Assert.NotEqual(0, log.Lines);
    }

    [Fact]
    public async Task A_log_that_throws_does_not_reach_the_thread_of_a_timer()
    {
        using var log = new ThrowingLogger();
        await using var source = new ScriptedSecretSource("first", _clock);
        await using var provider = Provider(log, ("first", source));
        source.Found("a", _authority.Issue("a", new TestCertificateOptions { Lifetime = TimeSpan.FromMinutes(1) }).Secret);
        await using var reader = provider.Subscribe(new SecretConsumer("c"), "a").Open();
        await reader.WaitForAsync("a");

        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(SecretProblemCode.Expired, provider.Current("a").Problem?.Code);
    }

    [Fact]
    public async Task A_listener_of_metrics_that_throws_takes_no_name_away()
    {
        await using var source = new ScriptedSecretSource("first", _clock);
        await using var provider = Provider(null, ("first", source));
        source.Found("a", _authority.Issue("a").Secret);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Scope == provider)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("no exporter"));
        listener.Start();

        var subscription = provider.Subscribe(new SecretConsumer("c"), "a");
        var snapshot = await provider.GetAsync("a").AsTask().WaitAsync(Patience);
        subscription.Report("a", snapshot.Version, SecretOutcome.Applied);
        await subscription.DisposeAsync();

        Assert.Equal(SecretStatus.Available, snapshot.Status);
    }

    [Fact]
    public async Task A_source_whose_watch_never_ends_keeps_no_other_from_being_disposed()
    {
        var ending = new TaskCompletionSource();
        var (hanging, other) = (new StrangeSource { Ending = ending.Task }, new ScriptedSecretSource("other"));
        var provider = Provider(null, ("hanging", hanging), ("other", other));
        await provider.GetAsync("hanging/a");

        var disposal = provider.DisposeAsync().AsTask();

        await UntilAsync(() => other.IsDisposed);
        Assert.False(disposal.IsCompleted);
        ending.SetResult();
        await disposal.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_source_that_fails_to_refresh_keeps_no_other_from_it()
    {
        var (failing, other) = (new StrangeSource { Refreshal = new InvalidOperationException("no") }, new ScriptedSecretSource("other"));
        await using var provider = Provider(null, ("failing", failing), ("other", other));

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await provider.RefreshAsync());

        Assert.Single(other.Refreshes);
    }

    [Theory]
    [InlineData(nameof(BrokenSource.Breakage.WatchThrows))]
    [InlineData(nameof(BrokenSource.Breakage.WatchIsNull))]
    [InlineData(nameof(BrokenSource.Breakage.StateIsNull))]
    [InlineData(nameof(BrokenSource.Breakage.EndThrows))]
    public async Task A_source_that_does_what_none_may_do_is_unavailable_and_the_others_go_on(string breakage)
    {
        using var log = new LogCollector();
        var (broken, other) = (new BrokenSource(Enum.Parse<BrokenSource.Breakage>(breakage)), new ScriptedSecretSource("other", _clock));
        await using var provider = Provider(log, ("broken", broken), ("other", other));
        other.Found("other/a", _authority.Issue("a").Secret);
        await using var reader = provider.Subscribe(new SecretConsumer("c"), "broken/a").Open();

        await log.WaitForAsync(101);
        await UntilAsync(() => provider.Explain("broken/a").Sources[0].State == nameof(SecretState.Unavailable));
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(SecretStatus.Unavailable, provider.Current("broken/a").Status);
        Assert.Equal(SecretStatus.Available, (await provider.GetAsync("other/a")).Status);
        Assert.False(log.Contains("may be secret"));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var hang = new CancellationTokenSource(Patience);
        while (!condition())
        {
            hang.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private AggregateProvider Provider(ILoggerFactory? logs, params ReadOnlySpan<(string Name, ISecretSource Source)> sources)
    {
        var options = new AggregateProviderOptions();
        var named = new List<KeyValuePair<string, ISecretSource>>();
        foreach (var (name, source) in sources)
        {
            named.Add(KeyValuePair.Create(name, source));
            options.Routes.Add(new SecretRoute(sources.Length == 1 ? "{x}" : $"{name}/{{x}}", [new RouteReference(name)]));
        }

        return new AggregateProvider(named, options, _clock, logs);
    }
}
