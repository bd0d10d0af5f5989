using SecretProviders.Tests.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Polling;

public sealed class PollingSecretSourceTests : IAsyncDisposable
{
    private readonly PolledStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task First_watcher_reads_at_once()
    {
        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync();

        var asked = await _store.AnswerAsync(Found("one"));

        Assert.Equal("one", Text(await read));
        Assert.Equal(A, asked.Reference);
        Assert.Null(asked.Previous);
    }

    [Fact]
    public async Task Next_read_comes_after_the_interval()
    {
        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(Found("one"));
        await read;

        Assert.Equal(PolledStore.Interval, await _store.SleepOverAsync());
        await _store.AnswerAsync(Found("two"));

        Assert.Equal("two", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_puts_no_read_off()
    {
        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(Found("one"));
        await read;
        var wait = await _store.SleepsAsync();

        _store.SetBack(TimeSpan.FromDays(365));
        _store.Clock.Advance(wait);
        await _store.AnswerAsync(Found("two"));

        Assert.Equal("two", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Jitter_shortens_the_interval_by_a_tenth_at_most()
    {
        await using var store = new PolledStore(random: 1);
        await using var watch = store.Watch(A);
        var read = watch.ReadAsync();
        await store.AnswerAsync(Found("one"));
        await read;

        Assert.Equal(PolledStore.Interval * 0.9, await store.SleepsAsync());
    }

    [Fact]
    public async Task Previous_state_is_handed_to_the_next_read()
    {
        var one = Found("one");
        await using var watch = _store.Watch(A);
        var first = watch.ReadAsync();
        await _store.AnswerAsync(one);
        await first;
        await _store.SleepOverAsync();

        var second = await _store.AnswerAsync(new SecretState.Unavailable("lost"));
        Assert.Same(one, second.Previous);
        await _store.SleepOverAsync();
        var third = await _store.NextReadAsync();

        Assert.Same(one, Assert.IsType<SecretState.Unavailable>(third.Previous).LastGood);
    }

    [Fact]
    public async Task Previous_state_as_answer_is_no_news()
    {
        await using var watch = _store.Watch(A);
        var first = watch.ReadAsync();
        await _store.AnswerAsync(Found("one"));
        await first;
        await _store.SleepOverAsync();
        var next = watch.ReadAsync();

        var second = await _store.NextReadAsync();
        second.Answer(second.Previous!);
        await _store.SleepOverAsync();
        Assert.False(next.IsCompleted);
        await _store.AnswerAsync(Found("two"));

        Assert.Equal("two", Text(await next));
    }

    [Fact]
    public async Task Last_good_as_answer_ends_an_outage()
    {
        await using var watch = _store.Watch(A);
        var first = watch.ReadAsync();
        await _store.AnswerAsync(Found("one"));
        await first;
        await _store.SleepOverAsync();
        await _store.AnswerAsync(new SecretState.Unavailable("lost"));
        await watch.ReadAsync<SecretState.Unavailable>();
        await _store.SleepOverAsync();

        var read = await _store.NextReadAsync();
        read.Answer(read.Previous!.LastGood!);

        Assert.Equal("one", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Not_found_after_a_find_is_removed()
    {
        await using var watch = _store.Watch(A);
        var first = watch.ReadAsync();
        await _store.AnswerAsync(Found("one"));
        await first;
        await _store.SleepOverAsync();
        await _store.AnswerAsync(new SecretState.NotFound());

        Assert.Equal("one", Text((await watch.ReadAsync<SecretState.Removed>()).LastGood));
    }

    [Fact]
    public async Task Any_number_of_watchers_cost_one_read()
    {
        await using var one = _store.Watch(A);
        await using var two = _store.Watch(A);
        var reads = Task.WhenAll(one.ReadAsync(), two.ReadAsync());

        await _store.AnswerAsync(Found("one"));

        await reads;
        await _store.SleepsAsync();
        Assert.False(_store.WasAsked);
    }

    [Fact]
    public async Task References_are_read_independently()
    {
        await using var a = _store.Watch(A);
        await using var b = _store.Watch(B);
        _ = a.MoveNextAsync().AsTask();
        var hanging = await _store.NextReadAsync();
        var read = b.ReadAsync();

        await _store.AnswerAsync(Found("two"));

        Assert.Equal("two", Text(await read));
        hanging.Answer(Found("one"));
    }

    [Fact]
    public async Task Last_watchers_end_cancels_the_read_and_ends_the_poll()
    {
        var watch = _store.Watch(A);
        _ = watch.MoveNextAsync().AsTask();
        var read = await _store.NextReadAsync();
        read.ObeyToken();

        await watch.DisposeAsync();

        Assert.True(read.Token.IsCancellationRequested);
        await _store.DisposeAsync();
        Assert.Equal(0, _store.Clock.ActiveTimers);
        Assert.False(_store.WasAsked);
    }

    [Fact]
    public async Task Read_that_ignores_its_cancellation_is_waited_for_before_the_next_begins()
    {
        var first = _store.Watch(A);
        _ = first.MoveNextAsync().AsTask();
        var stubborn = await _store.NextReadAsync();
        await first.DisposeAsync();
        await using var second = _store.Watch(A);
        var read = second.ReadAsync();
        Assert.False(_store.WasAsked);

        stubborn.Answer(new SecretState.NotFound());
        await _store.AnswerAsync(Found("two"));

        Assert.Equal("two", Text(await read));
    }

    [Fact]
    public async Task Disposal_ends_polls_that_sleep()
    {
        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(Found("one"));
        await read;
        await _store.SleepsAsync();

        await _store.DisposeAsync();

        await watch.AssertEndAsync();
        Assert.Equal(0, _store.Clock.ActiveTimers);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Interval_must_be_above_zero(int seconds) => Assert.Throws<ArgumentOutOfRangeException>(() => new NeverPolled(TimeSpan.FromSeconds(seconds)));

    private sealed class NeverPolled(TimeSpan interval)
        : PollingSecretSource("never", interval, TimeSpan.FromSeconds(1), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)
    {
        protected override ValueTask<SecretState> FetchAsync(SecretReference reference, SecretState? previous, CancellationToken cancellationToken) =>
            new(new SecretState.NotFound());
    }
}
