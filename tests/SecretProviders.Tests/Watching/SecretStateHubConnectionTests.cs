using System.Threading.Channels;
using SecretProviders.Testing;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Watching;

public sealed class SecretStateHubConnectionTests : IAsyncDisposable
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _clock = new();
    private readonly Channel<Run> _runs = Channel.CreateUnbounded<Run>();
    private readonly TimerSpy _timers;
    private readonly RecordingHub _hub;

    public SecretStateHubConnectionTests()
    {
        _timers = new TimerSpy(_clock);
        _hub = new RecordingHub(_timers) { NextRandom = static () => 1, Connection = RunAsync };
    }

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Connection_runs_once_however_many_watch()
    {
        await using var a = Begin(A);
        await using var b = Begin(B);
        await NextRunAsync();

        Assert.False(_runs.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Lost_connection_makes_everything_unavailable_and_runs_again_after_a_back_off()
    {
        await using var watch = Watch(A);
        var read = watch.ReadAsync();
        var run = await NextRunAsync();
        _hub.Say(A, Found("one"));
        await read;

        run.Fail(new IOException("reset"));

        var outage = await watch.ReadAsync<SecretState.Unavailable>();
        Assert.Equal("IOException: reset", outage.Error);
        Assert.Equal("one", Text(outage.LastGood));
        await AdvanceToNextRunAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Connection_that_is_refused_is_retried_ever_more_slowly()
    {
        await using var watch = Watch(A);
        var read = watch.ReadAsync<SecretState.Unavailable>();
        foreach (var expected in (int[])[100, 200, 400, 800])
        {
            (await NextRunAsync()).Fail(new SecretSourceException(SecretErrorCode.Unreachable, "refused"));
            Assert.Equal(TimeSpan.FromMilliseconds(expected), await _timers.NextAsync());
            _clock.Advance(TimeSpan.FromMilliseconds(expected));
        }

        await NextRunAsync();
        Assert.True((await read).Definite);
    }

    [Fact]
    public async Task Answer_lets_the_back_off_start_anew()
    {
        await using var watch = Begin(A);
        for (var i = 0; i < 5; i++)
        {
            (await NextRunAsync()).Fail(new IOException("reset"));
            await _timers.NextAsync();
            _clock.Advance(LongestBackoff);
        }

        var run = await NextRunAsync();
        _hub.Say(A, Found("one"));
        run.Fail(new IOException("reset"));

        await AdvanceToNextRunAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task Store_that_asks_for_patience_gets_it()
    {
        await using var watch = Begin(A);
        (await NextRunAsync()).Fail(new SecretSourceException(SecretErrorCode.Throttled, "slow down") { RetryAfter = TimeSpan.FromSeconds(20) });

        await AdvanceToNextRunAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Refresh_ends_the_wait_before_the_next_attempt()
    {
        await using var watch = Begin(A);
        (await NextRunAsync()).Fail(new SecretSourceException(SecretErrorCode.Throttled, "slow down") { RetryAfter = TimeSpan.FromHours(1) });
        await _timers.NextAsync();

        await _hub.RefreshAsync();

        await NextRunAsync();
    }

    [Fact]
    public async Task Connection_that_ends_by_itself_is_no_outage()
    {
        await using var watch = Watch(A);
        var read = watch.ReadAsync();
        var run = await NextRunAsync();
        _hub.Say(A, Found("one"));
        await read;

        run.End();
        await AdvanceToNextRunAsync(TimeSpan.FromMilliseconds(100));
        var next = watch.ReadAsync();
        Assert.False(next.IsCompleted);
        _hub.Say(A, Found("two"));

        Assert.Equal("two", Text(await next));
    }

    [Fact]
    public async Task Refused_login_is_denied_for_everything()
    {
        await using var watch = Watch(A);
        var read = watch.ReadAsync<SecretState.Denied>();

        (await NextRunAsync()).Fail(new SecretSourceException(SecretErrorCode.Denied, "Renew the token."));

        Assert.Equal("Renew the token.", (await read).Remedy);
    }

    [Fact]
    public async Task Connection_that_throws_before_its_first_await_is_an_outage_too()
    {
        _hub.Connection = static _ => throw new IOException("no socket");
        await using var watch = Watch(A);

        Assert.Equal("IOException: no socket", (await watch.ReadAsync<SecretState.Unavailable>()).Error);
    }

    [Fact]
    public async Task Disposal_stops_the_connection_and_waits_for_it()
    {
        var stopped = false;
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _hub.Connection = async stopping =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield();
            stopped = true;
        };
        await using var watch = Watch(A);
        var end = watch.AssertEndAsync();
        await started.Task.WaitAsync(StreamReading.Patience);

        await _hub.DisposeAsync();

        Assert.True(stopped);
        await end;
    }

    [Fact]
    public async Task Disposal_during_the_back_off_ends_it()
    {
        await using var watch = Begin(A);
        (await NextRunAsync()).Fail(new IOException("reset"));
        await _timers.NextAsync();

        await _hub.DisposeAsync();

        Assert.Equal(0, _clock.ActiveTimers);
    }

    private Task RunAsync(CancellationToken stopping)
    {
        var run = new Run(stopping);
        Assert.True(_runs.Writer.TryWrite(run));
        return run.Task;
    }

    private Task<Run> NextRunAsync() => _runs.Reader.ReadAsync().AsTask().WaitAsync(StreamReading.Patience);

    private async Task AdvanceToNextRunAsync(TimeSpan by)
    {
        Assert.Equal(by, await _timers.NextAsync());
        _clock.Advance(by);
        await NextRunAsync();
    }

    private IAsyncEnumerator<SecretState> Watch(SecretReference reference) => _hub.WatchAsync(reference).GetAsyncEnumerator();

    private IAsyncEnumerator<SecretState> Begin(SecretReference reference)
    {
        var watch = Watch(reference);
        _ = watch.MoveNextAsync().AsTask();
        return watch;
    }

    private sealed class Run
    {
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Run(CancellationToken stopping) => stopping.Register(() => _end.TrySetCanceled(stopping));

        public Task Task => _end.Task;

        public void Fail(Exception exception) => _end.SetException(exception);

        public void End() => _end.SetResult();
    }
}
