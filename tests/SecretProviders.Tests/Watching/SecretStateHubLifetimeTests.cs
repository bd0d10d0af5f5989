using SecretProviders.Testing;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Watching;

public sealed class SecretStateHubLifetimeTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingHub _hub;

    public SecretStateHubLifetimeTests() => _hub = new RecordingHub(_clock);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_completes_a_waiting_watch_without_an_exception(bool tokenOfTheEnumerator)
    {
        using var cancellation = new CancellationTokenSource();
        await using var watch = tokenOfTheEnumerator
            ? _hub.WatchAsync(A).GetAsyncEnumerator(cancellation.Token)
            : _hub.WatchAsync(A, cancellation.Token).GetAsyncEnumerator();
        var end = watch.AssertEndAsync();

        await cancellation.CancelAsync();

        await end;
    }

    [Fact]
    public async Task Either_of_two_tokens_cancels()
    {
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        await using var one = _hub.WatchAsync(A, first.Token).GetAsyncEnumerator(second.Token);
        await using var two = _hub.WatchAsync(A, first.Token).GetAsyncEnumerator(second.Token);
        var end = one.AssertEndAsync();

        await second.CancelAsync();
        await end;
        await two.AssertEndAsync();

        Assert.Equal(["+a", "-a"], _hub.Calls);
    }

    [Fact]
    public async Task Cancelled_before_its_start_never_reaches_the_store()
    {
        await using var watch = _hub.WatchAsync(A, new CancellationToken(canceled: true)).GetAsyncEnumerator();

        await watch.AssertEndAsync();

        Assert.Empty(_hub.Calls);
    }

    [Fact]
    public async Task Cancelled_between_two_states_reads_no_further()
    {
        using var cancellation = new CancellationTokenSource();
        await using var watch = await StartAsync(A, cancellation.Token);
        await cancellation.CancelAsync();
        _hub.Say(A, Found("two"));

        await watch.AssertEndAsync();
    }

    [Fact]
    public async Task Cancelled_while_the_source_is_told_completes()
    {
        using var cancellation = new CancellationTokenSource();
        _hub.First = _ => cancellation.Cancel();
        await using var watch = _hub.WatchAsync(A, cancellation.Token).GetAsyncEnumerator();

        await watch.AssertEndAsync();

        Assert.Equal(["+a", "-a"], _hub.Calls);
        Assert.False(_hub.Watches(A));
    }

    [Fact]
    public async Task One_watchers_end_does_not_end_another()
    {
        await using var stays = await StartAsync(A);
        await (await StartAsync(A)).DisposeAsync();
        _hub.Say(A, Found("two"));

        Assert.Equal("two", Text(await stays.ReadAsync()));
        Assert.Equal(["+a"], _hub.Calls);
    }

    [Fact]
    public async Task Middle_one_of_three_waiting_watchers_may_leave()
    {
        using var cancellation = new CancellationTokenSource();
        await using var one = await StartAsync(A);
        await using var two = await StartAsync(A, cancellation.Token);
        await using var three = await StartAsync(A);
        var first = one.ReadAsync();
        var end = two.AssertEndAsync();
        var third = three.ReadAsync();

        await cancellation.CancelAsync();
        await end;
        _hub.Say(A, Found("two"));

        Assert.Equal("two", Text(await first));
        Assert.Equal("two", Text(await third));
    }

    [Fact]
    public async Task Last_watchers_end_releases_before_the_consumer_hears_of_it()
    {
        using var cancellation = new CancellationTokenSource();
        await using var watch = _hub.WatchAsync(A, cancellation.Token).GetAsyncEnumerator();
        var calls = Task.Run(async () =>
        {
            await watch.AssertEndAsync();
            return _hub.Calls.ToArray();
        });
        Assert.True(SpinWait.SpinUntil(() => _hub.Watches(A), StreamReading.Patience));

        await cancellation.CancelAsync();

        Assert.Equal(["+a", "-a"], await calls);
    }

    [Fact]
    public async Task New_watch_after_a_release_begins_anew()
    {
        await (await StartAsync(A)).DisposeAsync();
        await using var watch = _hub.WatchAsync(A).GetAsyncEnumerator();
        var read = watch.ReadAsync();
        Assert.False(read.IsCompleted);

        _hub.Say(A, Found("two"));

        Assert.Equal("two", Text(await read));
        Assert.Equal(["+a", "-a", "+a"], _hub.Calls);
    }

    [Fact]
    public async Task Release_is_over_before_the_next_watch_begins()
    {
        var watch = await StartAsync(A);
        IAsyncEnumerator<SecretState>? next = null;
        _hub.Last = reference =>
        {
            _hub.Last = null;
            next = _hub.WatchAsync(reference).GetAsyncEnumerator();
            _ = next.MoveNextAsync().AsTask();
            _hub.Calls.Enqueue("released");
        };

        await watch.DisposeAsync();

        Assert.Equal(["+a", "-a", "released", "+a"], _hub.Calls);
        await next!.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_published_when_nobody_watches()
    {
        _hub.Say(A, Found("one"));
        await using var watch = _hub.WatchAsync(A).GetAsyncEnumerator();

        Assert.False(watch.MoveNextAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task Disposed_enumerator_is_at_its_end()
    {
        var watch = await StartAsync(A);
        await watch.DisposeAsync();
        await watch.DisposeAsync();

        await watch.AssertEndAsync();
    }

    [Fact]
    public async Task Enumerator_disposed_before_its_start_is_at_its_end()
    {
        var watch = _hub.WatchAsync(A).GetAsyncEnumerator();
        await watch.DisposeAsync();

        await watch.AssertEndAsync();
        Assert.Empty(_hub.Calls);
    }

    [Fact]
    public async Task Disposal_completes_every_watch_and_releases_each_reference_once()
    {
        await using var waiting = await StartAsync(A);
        await using var another = await StartAsync(A);
        await using var idle = await StartAsync(B);
        var ends = Task.WhenAll(waiting.AssertEndAsync(), another.AssertEndAsync());

        await _hub.DisposeAsync();
        await _hub.DisposeAsync();

        await ends;
        await idle.AssertEndAsync();
        Assert.Equal(["+a", "+b", "-a", "-b", "disposed"], _hub.Calls.Order(StringComparer.Ordinal));
        Assert.Equal("disposed", _hub.Calls.Last());
    }

    [Fact]
    public async Task Watch_after_disposal_completes_at_once()
    {
        await _hub.DisposeAsync();
        await using var watch = _hub.WatchAsync(A).GetAsyncEnumerator();

        await watch.AssertEndAsync();
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task Watched_names_what_somebody_watches()
    {
        await using var a = await StartAsync(A);
        var b = await StartAsync(B);
        Assert.Equal(["a", "b"], _hub.WatchedNow.Select(static reference => reference.Key).Order());

        await b.DisposeAsync();

        Assert.Equal([A], _hub.WatchedNow);
    }

    private async Task<IAsyncEnumerator<SecretState>> StartAsync(SecretReference reference, CancellationToken token = default)
    {
        var watch = _hub.WatchAsync(reference, token).GetAsyncEnumerator(CancellationToken.None);
        var read = watch.ReadAsync();
        _hub.Say(reference, Found("one"));
        await read;
        return watch;
    }
}
