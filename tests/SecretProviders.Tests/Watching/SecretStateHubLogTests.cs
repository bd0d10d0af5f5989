using System.Threading.Channels;
using SecretProviders.Testing;
using SecretProviders.Tests.Diagnostics;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Watching;

public sealed class SecretStateHubLogTests : IAsyncDisposable
{
    private static readonly SecretState.Unavailable Lost = new("lost");
    private readonly LogCollector _log = new();
    private readonly RecordingHub _hub;

    public SecretStateHubLogTests() => _hub = new RecordingHub(new ManualTimeProvider(), _log.CreateLogger("source"));

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task Outage_of_many_secrets_is_one_line_and_its_end_another()
    {
        await using var a = Watch(A);
        await using var b = Watch(B);

        _hub.SayToAll(Lost);
        _hub.SayToAll(new SecretState.Unavailable("still lost"));
        _hub.Say(A, Found("one"));
        Assert.Equal([1000], _log.EventIds);
        _hub.Say(B, Found("one"));

        Assert.Equal([1000, 1001], _log.EventIds);
        Assert.Equal("Source 'recording' answers again.", _log.Entries.Last().Message);
    }

    [Fact]
    public async Task Outage_line_names_source_secret_and_cause()
    {
        await using var a = Watch(A);

        _hub.Say(A, Lost);

        Assert.Equal("Source 'recording' does not answer; what it found before stays in use. 'a': lost", _log.Entries.Single().Message);
    }

    [Fact]
    public async Task Watchers_that_come_and_go_during_an_outage_add_no_line()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var a = Watch(A);
            _hub.Say(A, Lost);
        }

        Assert.Equal([1000], _log.EventIds);
        await using var b = Watch(B);
        _hub.Say(B, Found("one"));
        Assert.Equal([1000, 1001], _log.EventIds);
    }

    [Fact]
    public async Task Denied_and_invalid_are_answers()
    {
        await using var a = Watch(A);

        _hub.Say(A, new SecretState.Denied("grant it"));
        _hub.Say(A, new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "broken")));

        Assert.Empty(_log.Entries);
    }

    [Fact]
    public async Task Failing_release_is_logged()
    {
        _hub.Last = _ => throw new InvalidOperationException("may be secret");
        await Watch(A).DisposeAsync();

        Assert.Equal("Source 'recording' failed to release 'a': InvalidOperationException", _log.Entries.Single().Message);
        Assert.False(_log.Contains("may be secret"));
    }

    [Fact]
    public async Task Log_that_throws_does_not_reach_the_thread_of_a_timer()
    {
        var clock = new ManualTimeProvider();
        using var log = new ThrowingLogger();
        await using var hub = new RecordingHub(clock, log);
        await using var watch = hub.WatchAsync(A).GetAsyncEnumerator();
        var read = watch.ReadAsync<SecretState.Unavailable>();

        clock.Advance(RecordingHub.Timeout);

        await read;
        Assert.Equal(1, log.Lines);
    }

    [Fact]
    public async Task Log_that_throws_does_not_end_the_connection_for_ever()
    {
        var clock = new ManualTimeProvider();
        var timers = new TimerSpy(clock);
        using var log = new ThrowingLogger();
        var runs = Channel.CreateUnbounded<bool>();
        await using var hub = new RecordingHub(timers, log)
        {
            Connection = _ =>
            {
                Assert.True(runs.Writer.TryWrite(true));
                return Task.FromException(new IOException("reset"));
            },
        };
        await using var watch = hub.WatchAsync(A).GetAsyncEnumerator();
        var read = watch.ReadAsync<SecretState.Unavailable>();
        await runs.Reader.ReadAsync().AsTask().WaitAsync(StreamReading.Patience);
        await read;

        clock.Advance(await timers.NextAsync());

        await runs.Reader.ReadAsync().AsTask().WaitAsync(StreamReading.Patience);
        Assert.NotEqual(0, log.Lines);
    }

    private IAsyncEnumerator<SecretState> Watch(SecretReference reference)
    {
        var watch = _hub.WatchAsync(reference).GetAsyncEnumerator();
        Assert.False(watch.MoveNextAsync().AsTask().IsCompleted);
        return watch;
    }
}
