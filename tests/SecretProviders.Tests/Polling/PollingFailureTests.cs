using SecretProviders.Tests.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Polling;

public sealed class PollingFailureTests : IAsyncDisposable
{
    // The longest of each back-off, and an interval nine tenths long.
    private readonly PolledStore _store = new(random: 1);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Failures_in_a_row_are_retried_ever_more_slowly()
    {
        await using var watch = Begin();
        foreach (var expected in (int[])[100, 200, 400, 800, 1_600])
        {
            await _store.AnswerAsync(new SecretState.Unavailable("lost"));
            Assert.Equal(TimeSpan.FromMilliseconds(expected), await _store.SleepOverAsync());
        }
    }

    [Fact]
    public async Task Answer_lets_the_back_off_start_anew()
    {
        await using var watch = Begin();
        foreach (var state in (SecretState[])[new SecretState.Unavailable("lost"), new SecretState.Unavailable("lost"), Found("one")])
        {
            await _store.AnswerAsync(state);
            await _store.SleepOverAsync();
        }

        await _store.AnswerAsync(new SecretState.Unavailable("lost"));

        Assert.Equal(TimeSpan.FromMilliseconds(100), await _store.SleepsAsync());
    }

    [Fact]
    public async Task Store_that_asks_for_patience_gets_it()
    {
        await using var watch = Begin();
        await _store.AnswerAsync(new SecretState.Unavailable("throttled") { RetryAfter = TimeSpan.FromSeconds(40) });

        Assert.Equal(TimeSpan.FromSeconds(40), await _store.SleepsAsync());
    }

    [Fact]
    public async Task One_references_back_off_is_not_anothers()
    {
        await using var a = Begin();
        await _store.AnswerAsync(new SecretState.Unavailable("lost"));
        await _store.SleepsAsync();
        await using var b = _store.Watch(B);
        _ = b.MoveNextAsync().AsTask();
        await _store.AnswerAsync(Found("one"));

        Assert.Equal(PolledStore.Interval * 0.9, await _store.SleepsAsync());
    }

    public static TheoryData<SecretState> Answers() =>
    [
        new SecretState.Denied("grant it"),
        new SecretState.NotFound(),
        new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "broken")),
    ];

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Answer_without_a_secret_is_asked_again_after_the_interval(SecretState answer)
    {
        await using var watch = Begin();
        await _store.AnswerAsync(answer);

        Assert.Equal(PolledStore.Interval * 0.9, await _store.SleepsAsync());
    }

    [Fact]
    public async Task Exception_of_the_source_is_a_state()
    {
        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync<SecretState.Denied>();
        (await _store.NextReadAsync()).Fail(new SecretSourceException(SecretErrorCode.Denied, "Grant 'read'."));

        Assert.Equal("Grant 'read'.", (await read).Remedy);
    }

    [Theory]
    [InlineData(SecretErrorCode.Denied)]
    [InlineData(SecretErrorCode.Invalid)]
    public async Task Refusal_that_is_thrown_is_asked_again_after_the_interval(SecretErrorCode code)
    {
        await using var watch = Begin();
        (await _store.NextReadAsync()).Fail(new SecretSourceException(code, "no"));

        Assert.Equal(PolledStore.Interval * 0.9, await _store.SleepsAsync());
    }

    [Fact]
    public async Task Other_exception_is_unavailable_without_its_message()
    {
        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync<SecretState.Unavailable>();
        (await _store.NextReadAsync()).Fail(new FormatException("'hunter2' is not a number"));

        Assert.Equal("FormatException", (await read).Error);
    }

    [Fact]
    public async Task Read_that_takes_too_long_is_cancelled_and_unavailable()
    {
        await using var watch = _store.Watch(A);
        var state = watch.ReadAsync<SecretState.Unavailable>();
        var read = await _store.NextReadAsync();
        read.ObeyToken();

        _store.Clock.Advance(PolledStore.Timeout);

        Assert.True(read.Token.IsCancellationRequested);
        Assert.Equal("Source 'polled' did not answer for 'a' within 00:00:07.", (await state).Error);
        Assert.Equal(TimeSpan.FromMilliseconds(100), await _store.SleepsAsync());
    }

    [Fact]
    public async Task Answer_that_is_over_already_is_not_asked_for_in_a_busy_loop()
    {
        var over = Found("over") with { Minted = true, ValidUntil = _store.Clock.GetUtcNow().AddDays(-1) };
        await using var watch = Begin();

        foreach (var expected in (int[])[100, 200, 400])
        {
            await _store.AnswerAsync(over);
            Assert.Equal(TimeSpan.FromMilliseconds(expected), await _store.SleepOverAsync());
        }
    }

    private IAsyncEnumerator<SecretState> Begin()
    {
        var watch = _store.Watch(A);
        _ = watch.MoveNextAsync().AsTask();
        return watch;
    }
}
