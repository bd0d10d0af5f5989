using SecretProviders.Tests.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Polling;

public sealed class PollingRefreshTests : IAsyncDisposable
{
    private readonly PolledStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Refresh_reads_at_once_and_ends_when_the_answer_is_published()
    {
        await using var watch = await StartAsync(A);

        var refresh = _store.Source.RefreshAsync(A).AsTask();
        var read = await _store.NextReadAsync();
        Assert.False(refresh.IsCompleted);
        read.Answer(Found("two"));
        await refresh.WaitAsync(StreamReading.Patience);

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal("two", Text(watch.Current));
    }

    [Fact]
    public async Task Refresh_of_everything_reads_every_reference()
    {
        await using var a = await StartAsync(A);
        await using var b = await StartAsync(B);

        var refresh = _store.Source.RefreshAsync().AsTask();
        var asked = new[] { await _store.AnswerAsync(Found("two")), await _store.AnswerAsync(Found("two")) };
        await refresh.WaitAsync(StreamReading.Patience);

        Assert.Equal(["a", "b"], asked.Select(static read => read.Reference.Key).Order());
    }

    [Fact]
    public async Task Refresh_during_a_read_waits_for_another_that_begins_after_it()
    {
        await using var watch = _store.Watch(A);
        var first = watch.ReadAsync();
        var early = await _store.NextReadAsync();
        var refresh = _store.Source.RefreshAsync(A).AsTask();
        Assert.False(_store.WasAsked);

        early.Answer(Found("before the change"));
        await first;
        Assert.False(refresh.IsCompleted);
        await _store.AnswerAsync(Found("after the change"));
        await refresh.WaitAsync(StreamReading.Patience);

        Assert.Equal("after the change", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Refreshes_at_once_share_a_read()
    {
        await using var watch = await StartAsync(A);
        var early = _store.Source.RefreshAsync(A).AsTask();
        var read = await _store.NextReadAsync();
        var both = Task.WhenAll(_store.Source.RefreshAsync(A).AsTask(), _store.Source.RefreshAsync(A).AsTask());

        read.Answer(Found("two"));
        await early.WaitAsync(StreamReading.Patience);
        await _store.AnswerAsync(Found("three"));
        await both.WaitAsync(StreamReading.Patience);

        await _store.SleepsAsync();
        Assert.False(_store.WasAsked);
    }

    [Fact]
    public async Task Refresh_of_what_nobody_watches_does_nothing()
    {
        await _store.Source.RefreshAsync(A);
        await _store.Source.RefreshAsync();

        Assert.False(_store.WasAsked);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_not_the_refresh()
    {
        using var cancellation = new CancellationTokenSource();
        await using var watch = await StartAsync(A);
        var refresh = _store.Source.RefreshAsync(A, cancellation.Token).AsTask();
        var read = await _store.NextReadAsync();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => refresh);
        read.Answer(Found("two"));

        Assert.Equal("two", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Refresh_ends_with_the_last_watcher()
    {
        var watch = await StartAsync(A);
        var refresh = _store.Source.RefreshAsync(A).AsTask();
        (await _store.NextReadAsync()).ObeyToken();
        var later = _store.Source.RefreshAsync(A).AsTask();

        await watch.DisposeAsync();

        await Task.WhenAll(refresh, later).WaitAsync(StreamReading.Patience);
    }

    [Fact]
    public async Task Refresh_ends_the_wait_of_a_back_off()
    {
        await using var watch = _store.Watch(A);
        _ = watch.MoveNextAsync().AsTask();
        await _store.AnswerAsync(new SecretState.Unavailable("throttled") { RetryAfter = TimeSpan.FromMinutes(10) });
        await _store.SleepsAsync();

        var refresh = _store.Source.RefreshAsync(A).AsTask();
        await _store.AnswerAsync(Found("one"));

        await refresh.WaitAsync(StreamReading.Patience);
    }

    private async Task<IAsyncEnumerator<SecretState>> StartAsync(SecretReference reference)
    {
        var watch = _store.Watch(reference);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(Found("one"));
        await read;
        await _store.SleepsAsync();
        return watch;
    }
}
