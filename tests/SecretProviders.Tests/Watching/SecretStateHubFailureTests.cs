using SecretProviders.Testing;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Watching;

public sealed class SecretStateHubFailureTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingHub _hub;

    public SecretStateHubFailureTests() => _hub = new RecordingHub(_clock);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Silent_store_is_unavailable_after_the_timeout()
    {
        await using var watch = _hub.WatchAsync(A).GetAsyncEnumerator();
        var read = watch.ReadAsync<SecretState.Unavailable>();
        _clock.Advance(RecordingHub.Timeout - TimeSpan.FromSeconds(1));
        Assert.False(read.IsCompleted);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("Source 'recording' did not answer for 'a' within 00:00:05.", (await read).Error);
    }

    [Fact]
    public async Task Each_reference_has_its_own_timeout()
    {
        await using var a = _hub.WatchAsync(A).GetAsyncEnumerator();
        var readA = a.ReadAsync<SecretState.Unavailable>();
        _clock.Advance(TimeSpan.FromSeconds(3));
        await using var b = _hub.WatchAsync(B).GetAsyncEnumerator();
        var readB = b.ReadAsync<SecretState.Unavailable>();

        _clock.Advance(TimeSpan.FromSeconds(2));
        await readA;
        Assert.False(readB.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(3));

        await readB;
    }

    [Fact]
    public async Task Watch_that_begins_anew_has_the_whole_timeout()
    {
        await using (var first = _hub.WatchAsync(A).GetAsyncEnumerator())
        {
            _ = first.MoveNextAsync().AsTask();
            _clock.Advance(TimeSpan.FromSeconds(3));
        }

        await using var second = _hub.WatchAsync(A).GetAsyncEnumerator();
        var read = second.ReadAsync<SecretState.Unavailable>();
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.False(read.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));

        await read;
    }

    [Fact]
    public async Task Answer_in_time_ends_the_timeout()
    {
        await using var watch = _hub.WatchAsync(A).GetAsyncEnumerator();
        var read = watch.ReadAsync();
        _hub.Say(A, Found("one"));
        await read;

        _clock.Advance(RecordingHub.Timeout);

        Assert.False(watch.MoveNextAsync().AsTask().IsCompleted);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task What_the_source_throws_for_a_watcher_becomes_a_state()
    {
        _hub.First = _ => throw new SecretSourceException(SecretErrorCode.Denied, "Grant 'read' on 'a'.");
        await using var watch = _hub.WatchAsync(A).GetAsyncEnumerator();

        Assert.Equal("Grant 'read' on 'a'.", (await watch.ReadAsync<SecretState.Denied>()).Remedy);
    }

    [Fact]
    public async Task What_the_source_throws_at_a_release_hurts_nobody()
    {
        _hub.Last = _ => throw new InvalidOperationException();
        await using (var watch = _hub.WatchAsync(A).GetAsyncEnumerator())
        {
            _ = watch.MoveNextAsync().AsTask();
        }

        await using var next = _hub.WatchAsync(A).GetAsyncEnumerator();
        var read = next.ReadAsync();
        _hub.Say(A, Found("one"));

        Assert.Equal("one", Text(await read));
    }

    [Fact]
    public async Task Loss_of_the_store_keeps_the_last_good_secret()
    {
        await using var a = _hub.WatchAsync(A).GetAsyncEnumerator();
        var found = a.ReadAsync();
        _hub.Say(A, Found("one"));
        await found;
        await using var b = _hub.WatchAsync(B).GetAsyncEnumerator();
        var read = b.ReadAsync<SecretState.Unavailable>();

        _hub.SayToAll(new SecretState.Unavailable("lost"));

        Assert.Equal("one", Text((await a.ReadAsync<SecretState.Unavailable>()).LastGood));
        Assert.Null((await read).LastGood);
    }

    [Fact]
    public async Task Not_found_after_a_find_is_removed()
    {
        await using var watch = _hub.WatchAsync(A).GetAsyncEnumerator();
        var found = watch.ReadAsync();
        _hub.Say(A, Found("one"));
        await found;

        _hub.Say(A, new SecretState.NotFound());

        var removed = await watch.ReadAsync<SecretState.Removed>();
        Assert.Equal(RemovalReason.Deleted, removed.Reason);
        Assert.Equal(_clock.GetUtcNow(), removed.DeletedAt);
        Assert.Equal("one", Text(removed.LastGood));
    }
}
