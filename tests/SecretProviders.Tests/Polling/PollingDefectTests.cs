using SecretProviders.Testing;
using SecretProviders.Tests.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Polling;

/// <summary>What an author of a source gets wrong is a state or a line in the log; reading goes on.</summary>
public sealed class PollingDefectTests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = PolledStore.Interval * 0.9;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);

    // The longest of each back-off, and an interval nine tenths long.
    private readonly PolledStore _store = new(random: 1);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Answer_after_which_no_read_can_be_planned_counts_and_is_asked_again_after_the_interval()
    {
        _store.Source.NextReadFailure = new InvalidOperationException();
        await using var watch = _store.Watch(A);
        foreach (var value in (string[])["one", "two"])
        {
            var read = watch.ReadAsync();
            await _store.AnswerAsync(Found(value));

            Assert.Equal(value, Text(await read));
            Assert.Equal(Interval, await _store.SleepOverAsync());
        }
    }

    [Fact]
    public async Task Refusal_that_is_thrown_and_after_which_no_read_can_be_planned_is_asked_again_after_the_interval()
    {
        _store.Source.NextReadFailure = new InvalidOperationException();
        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync<SecretState.Denied>();
        (await _store.NextReadAsync()).Fail(new SecretSourceException(SecretErrorCode.Denied, "Grant 'read'."));

        Assert.Equal("Grant 'read'.", (await read).Remedy);
        Assert.Equal(Interval, await _store.SleepsAsync());
    }

    [Fact]
    public async Task Refresh_is_answered_although_no_read_can_be_planned()
    {
        _store.Source.NextReadFailure = new InvalidOperationException();
        await using var watch = await StartAsync();
        await _store.SleepsAsync();

        var refresh = _store.Source.RefreshAsync(A).AsTask();
        (await _store.NextReadAsync()).Fail(new SecretSourceException(SecretErrorCode.Invalid, "no"));

        await refresh.WaitAsync(StreamReading.Patience);
    }

    [Fact]
    public async Task Defect_is_logged_once_without_what_it_says()
    {
        _store.Source.NextReadFailure = new InvalidOperationException("may be secret");
        await using var watch = await StartAsync();
        for (var read = 0; read < 3; read++)
        {
            await _store.SleepOverAsync();
            await _store.AnswerAsync(Found(read));
        }

        await _store.SleepsAsync();

        Assert.Equal(
            ["Source 'polled' has a defect at 'a': NextRead threw InvalidOperationException. It is read on all the same; report it to its author."],
            _store.Log.Entries.Select(static entry => entry.Message));
        Assert.False(_store.Log.Contains("may be secret"));
    }

    [Fact]
    public async Task Kept_secret_that_cannot_be_judged_is_read_anew()
    {
        await (await StartAsync(Found("one") with { Minted = true, ValidUntil = _store.Clock.GetUtcNow().AddHours(1) })).DisposeAsync();
        _store.Source.JudgementFailure = new InvalidOperationException();

        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(Found("two"));

        Assert.Equal("two", Text(await read));
        Assert.Contains("IsStillGood threw InvalidOperationException", Assert.Single(_store.Log.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposal_ends_although_nothing_could_be_planned_or_judged()
    {
        _store.Source.NextReadFailure = _store.Source.JudgementFailure = new InvalidOperationException();
        var watch = await StartAsync(Found("one") with { Minted = true });
        await watch.DisposeAsync();
        watch = _store.Watch(A);
        _ = watch.MoveNextAsync().AsTask();
        (await _store.NextReadAsync()).Fail(new SecretSourceException(SecretErrorCode.Denied, "no"));
        await _store.SleepsAsync();

        await _store.Source.DisposeAsync().AsTask().WaitAsync(StreamReading.Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_that_is_none_is_unavailable_and_asked_again(bool isState)
    {
        var reference = A with { Kind = SecretKind.Generic };
        await using var watch = _store.Watch(reference);
        var read = watch.ReadAsync<SecretState.Unavailable>();
        await _store.AnswerAsync(isState ? new SecretState.Found(null!) : null!);

        Assert.Equal("Source 'polled' has a defect: FetchAsync answered nothing; report it to its author.", (await read).Error);
        Assert.Equal(FirstBackoff, await _store.SleepOverAsync());
        await _store.AnswerAsync(Found("one"));
        Assert.Equal("one", Text(await watch.ReadAsync()));
        Assert.Single(_store.Log.EventIds, 1003);
    }

    public static TheoryData<Exception> Cancellations() => [new OperationCanceledException(), new TaskCanceledException()];

    [Theory]
    [MemberData(nameof(Cancellations))]
    public async Task Cancellation_that_nobody_asked_for_is_unavailable_and_asked_again(Exception cancellation)
    {
        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync<SecretState.Unavailable>();
        (await _store.NextReadAsync()).Fail(cancellation);

        Assert.Equal(cancellation.GetType().Name, (await read).Error);
        Assert.Equal(FirstBackoff, await _store.SleepOverAsync());
        await _store.AnswerAsync(Found("one"));
        Assert.Equal("one", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Interval_beyond_all_time_keeps_what_was_read()
    {
        await using var store = new PolledStore(interval: TimeSpan.MaxValue);
        await using var watch = store.Watch(A);
        var read = watch.ReadAsync();
        await store.AnswerAsync(Found("one"));

        Assert.Equal("one", Text(await read));
    }

    private async Task<IAsyncEnumerator<SecretState>> StartAsync(SecretState? state = null)
    {
        var watch = _store.Watch(A);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(state ?? Found("first"));
        await read;
        return watch;
    }
}
