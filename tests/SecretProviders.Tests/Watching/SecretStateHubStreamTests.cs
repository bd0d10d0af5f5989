using SecretProviders.Testing;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Watching;

public sealed class SecretStateHubStreamTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingHub _hub;

    public SecretStateHubStreamTests() => _hub = new RecordingHub(_clock);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task First_state_may_come_while_the_watch_begins()
    {
        _hub.First = reference => _hub.Say(reference, Found("one"));

        await using var watch = Watch(A);

        Assert.True(watch.MoveNextAsync().AsTask().IsCompletedSuccessfully);
        Assert.Equal("one", Text(watch.Current));
    }

    [Fact]
    public async Task First_state_may_come_later()
    {
        await using var watch = Watch(A);
        var read = watch.ReadAsync();
        Assert.False(read.IsCompleted);

        _hub.Say(A, Found("one"));

        Assert.Equal("one", Text(await read));
    }

    [Fact]
    public async Task Late_watcher_gets_the_latest_state_at_once()
    {
        await using var early = Watch(A);
        var read = early.ReadAsync();
        _hub.Say(A, Found("one"));
        _hub.Say(A, Found("two"));
        await read;

        await using var late = Watch(A);

        Assert.Equal("two", Text(await late.ReadAsync()));
        Assert.Equal(["+a"], _hub.Calls);
    }

    [Fact]
    public async Task Slow_reader_skips_to_the_latest_state()
    {
        await using var watch = await StartAsync(A, Found(0));
        for (var i = 1; i <= 10; i++)
        {
            _hub.Say(A, Found(i));
        }

        Assert.Equal("10", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Equal_state_is_not_repeated()
    {
        await using var watch = await StartAsync(A, Found("one"));
        var read = watch.ReadAsync();

        _hub.Say(A, Found("one"));
        Assert.False(read.IsCompleted);
        _hub.Say(A, Found("two"));

        Assert.Equal("two", Text(await read));
    }

    [Fact]
    public async Task State_that_returns_to_what_a_slow_reader_saw_is_not_repeated()
    {
        await using var watch = await StartAsync(A, Found("one"));
        _hub.Say(A, Found("two"));
        _hub.Say(A, Found("one"));

        var read = watch.ReadAsync();
        Assert.False(read.IsCompleted);
        _hub.Say(A, Found("three"));

        Assert.Equal("three", Text(await read));
    }

    [Fact]
    public async Task References_are_independent()
    {
        await using var a = await StartAsync(A, Found("one"));
        await using var b = Watch(B);
        var read = b.ReadAsync();

        _hub.Say(A, Found("two"));
        Assert.False(read.IsCompleted);
        _hub.Say(B, Found("three"));

        Assert.Equal("three", Text(await read));
    }

    [Fact]
    public async Task Equal_references_share_one_watch_at_the_store()
    {
        await using var first = await StartAsync(new SecretReference("a") { Property = "p" }, Found("one"));
        await using var second = Watch(new SecretReference("a") { Property = "p" });

        Assert.Equal("one", Text(await second.ReadAsync()));
        Assert.Equal(["+a#p"], _hub.Calls);
    }

    [Fact]
    public async Task Enumerable_may_be_enumerated_twice()
    {
        var states = _hub.WatchAsync(A);
        await using var first = states.GetAsyncEnumerator();
        await using var second = states.GetAsyncEnumerator();
        var reads = Task.WhenAll(first.ReadAsync(), second.ReadAsync());

        _hub.Say(A, Found("one"));

        Assert.All(await reads, static state => Assert.Equal("one", Text(state)));
        Assert.NotSame(first, second);
    }

    [Fact]
    public async Task Enumerator_that_was_never_moved_watches_nothing()
    {
        await using (Watch(A))
        {
            Assert.False(_hub.Watches(A));
        }

        Assert.Empty(_hub.Calls);
    }

    [Fact]
    public async Task Current_before_the_first_state_is_an_error()
    {
        await using var watch = Watch(A);

        Assert.Throws<InvalidOperationException>(() => watch.Current);
    }

    [Fact]
    public async Task Moving_on_before_the_last_move_is_over_is_an_error()
    {
        await using var watch = Watch(A);
        var read = watch.ReadAsync();

        Assert.Throws<InvalidOperationException>(() => { _ = watch.MoveNextAsync().AsTask(); });

        _hub.Say(A, Found("one"));
        Assert.Equal("one", Text(await read));
    }

    [Fact]
    public async Task Await_foreach_reads_until_it_is_left()
    {
        _hub.First = reference => _hub.Say(reference, Found("one"));
        await foreach (var state in _hub.WatchAsync(A))
        {
            Assert.Equal("one", Text(state));
            break;
        }

        Assert.Equal(["+a", "-a"], _hub.Calls);
    }

    [Fact]
    public async Task Consumer_does_not_run_inside_publish()
    {
        await using var watch = Watch(A);
        using var published = new ManualResetEventSlim();
        var consumer = Task.Run(async () =>
        {
            Assert.True(await watch.MoveNextAsync());

            // Inside Publish this would wait for its own caller for ever.
            return published.Wait(StreamReading.Patience);
        });
        Assert.True(SpinWait.SpinUntil(() => _hub.Watches(A), StreamReading.Patience));

        _hub.Say(A, Found("one"));
        published.Set();

        Assert.True(await consumer);
    }

    [Fact]
    public async Task Source_may_publish_while_it_is_told_of_a_watcher_of_another_reference()
    {
        await using var a = await StartAsync(A, Found("one"));
        _hub.First = reference =>
        {
            _hub.Say(A, Found("two"));
            _hub.Say(reference, Found("three"));
        };
        await using var b = Watch(B);

        Assert.Equal("three", Text(await b.ReadAsync()));
        Assert.Equal("two", Text(await a.ReadAsync()));
    }

    private IAsyncEnumerator<SecretState> Watch(SecretReference reference, CancellationToken token = default) =>
        _hub.WatchAsync(reference, token).GetAsyncEnumerator(CancellationToken.None);

    private async Task<IAsyncEnumerator<SecretState>> StartAsync(SecretReference reference, SecretState state)
    {
        var watch = Watch(reference);
        var read = watch.ReadAsync();
        _hub.Say(reference, state);
        await read;
        return watch;
    }
}
