using SecretProviders.Tests.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Polling;

public sealed class PollingMintedTests : IAsyncDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(45);
    private readonly PolledStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Minted_secret_is_not_polled_but_renewed_late_in_its_life()
    {
        await using var watch = await StartAsync(Minted("one"));

        Assert.Equal(Renewal, await _store.SleepOverAsync());
        await _store.AnswerAsync(Minted("two"));

        Assert.Equal("two", Text(await watch.ReadAsync()));
        Assert.Equal(Renewal, await _store.SleepsAsync());
    }

    [Fact]
    public async Task Failing_renewal_keeps_the_secret_and_tries_again()
    {
        await using var watch = await StartAsync(Minted("one"));
        await _store.SleepOverAsync();
        await _store.AnswerAsync(new SecretState.Unavailable("lost"));
        Assert.Equal("one", Text((await watch.ReadAsync<SecretState.Unavailable>()).LastGood));

        Assert.Equal(TimeSpan.FromMilliseconds(50), await _store.SleepOverAsync());
        await _store.AnswerAsync(Minted("two"));

        Assert.Equal("two", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Failing_renewal_of_a_short_life_is_tried_again_to_the_end()
    {
        var end = _store.Clock.GetUtcNow().AddMinutes(1);
        await using var watch = await StartAsync(Minted("one") with { ValidUntil = end });
        await _store.SleepOverAsync();
        for (var left = end - _store.Clock.GetUtcNow(); left > TimeSpan.FromSeconds(4); left = end - _store.Clock.GetUtcNow())
        {
            await _store.AnswerAsync(new SecretState.Unavailable($"lost with {left} left"));
            await watch.ReadAsync<SecretState.Unavailable>();

            Assert.InRange(await _store.SleepOverAsync(), TimeSpan.Zero, left / 4);
        }
    }

    [Fact]
    public async Task Refused_renewal_of_a_short_life_is_tried_again_sooner_than_the_interval()
    {
        await using var watch = await StartAsync(Minted("one") with { ValidUntil = _store.Clock.GetUtcNow().AddMinutes(1) });
        await _store.SleepOverAsync();
        await _store.AnswerAsync(new SecretState.Denied("grant it"));
        await watch.ReadAsync<SecretState.Denied>();

        Assert.Equal(TimeSpan.FromSeconds(5), await _store.SleepsAsync());
    }

    [Fact]
    public async Task Minted_secret_is_kept_after_its_last_watcher_for_the_next()
    {
        await (await StartAsync(Minted("one"))).DisposeAsync();
        _store.Clock.Advance(TimeSpan.FromMinutes(10));

        await using var watch = _store.Watch(A);

        Assert.Equal("one", Text(await watch.ReadAsync()));
        Assert.False(_store.WasAsked);
    }

    [Fact]
    public async Task Kept_secret_that_is_good_no_more_is_read_anew()
    {
        await (await StartAsync(Minted("one"))).DisposeAsync();
        _store.Source.KeptIsGood = false;

        await using var watch = _store.Watch(A);
        var reading = watch.ReadAsync();
        await _store.AnswerAsync(Minted("two"));

        Assert.Equal("two", Text(await reading));
    }

    [Fact]
    public async Task Kept_secret_is_renewed_when_it_would_have_been()
    {
        await using (await StartAsync(Minted("one")))
        {
            await _store.SleepsAsync();
        }

        _store.Clock.Advance(TimeSpan.FromMinutes(10));
        await using var watch = _store.Watch(A);
        await watch.ReadAsync();

        Assert.Equal(Renewal - TimeSpan.FromMinutes(10), await _store.SleepsAsync());
    }

    [Fact]
    public async Task Kept_secret_is_not_renewed_while_nobody_watches()
    {
        await (await StartAsync(Minted("one"))).DisposeAsync();
        _store.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.False(_store.WasAsked);

        await using var watch = _store.Watch(A);
        Assert.Equal("one", Text(await watch.ReadAsync()));
        await _store.AnswerAsync(Minted("two"));

        Assert.Equal("two", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Secret_that_ended_meanwhile_is_not_replayed()
    {
        await (await StartAsync(Minted("one"))).DisposeAsync();
        _store.Clock.Advance(Life);

        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(Minted("two"));

        Assert.Equal("two", Text(await read));
    }

    [Fact]
    public async Task Secret_that_reading_did_not_create_is_not_kept()
    {
        await (await StartAsync(Minted("one") with { Minted = false })).DisposeAsync();

        await using var watch = _store.Watch(A);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(Found("two"));

        Assert.Equal("two", Text(await read));
    }

    [Fact]
    public async Task Secret_minted_while_its_last_watcher_left_is_kept()
    {
        var first = _store.Watch(A);
        _ = first.MoveNextAsync().AsTask();
        var read = await _store.NextReadAsync();
        await first.DisposeAsync();
        read.Answer(Minted("one"));

        await using var watch = _store.Watch(A);

        Assert.Equal("one", Text(await watch.ReadAsync()));
        Assert.False(_store.WasAsked);
    }

    [Fact]
    public async Task Last_good_is_kept_when_the_last_watcher_leaves_during_an_outage()
    {
        var first = await StartAsync(Minted("one"));
        await _store.SleepOverAsync();
        await _store.AnswerAsync(new SecretState.Unavailable("lost"));
        await first.ReadAsync<SecretState.Unavailable>();
        await first.DisposeAsync();

        await using var watch = _store.Watch(A);

        Assert.Equal("one", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Refresh_of_everything_creates_nothing_anew()
    {
        await using var watch = await StartAsync(Minted("one"));

        await _store.Source.RefreshAsync();

        Assert.False(_store.WasAsked);
    }

    [Fact]
    public async Task Refresh_of_the_reference_itself_renews()
    {
        await using var watch = await StartAsync(Minted("one"));
        await _store.SleepsAsync();

        var refresh = _store.Source.RefreshAsync(A).AsTask();
        await _store.AnswerAsync(Minted("two"));
        await refresh.WaitAsync(StreamReading.Patience);

        Assert.Equal("two", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Renewal_may_lie_beyond_what_a_timer_can_wait()
    {
        await using var watch = await StartAsync(Minted("one") with { ValidUntil = _store.Clock.GetUtcNow().AddDays(100) });
        for (var day = 0; day < 90; day++)
        {
            Assert.False(_store.WasAsked);
            Assert.Equal(TimeSpan.FromDays(1), await _store.SleepOverAsync());
        }

        await _store.AnswerAsync(Minted("two"));

        Assert.Equal("two", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Minted_secret_without_an_end_is_never_read_again()
    {
        await using var watch = await StartAsync(Minted("one") with { ValidUntil = null });
        for (var day = 0; day < 3; day++)
        {
            await _store.SleepOverAsync();
        }

        await _store.SleepsAsync();
        Assert.False(_store.WasAsked);
    }

    [Fact]
    public async Task Minted_secret_without_an_end_is_kept_for_the_next_watcher()
    {
        await (await StartAsync(Minted("one") with { ValidUntil = null })).DisposeAsync();
        _store.Clock.Advance(TimeSpan.FromDays(1000));

        await using var watch = _store.Watch(A);

        Assert.Equal("one", Text(await watch.ReadAsync()));
    }

    [Fact]
    public async Task Disposal_releases_what_is_watched_and_what_is_kept()
    {
        await (await StartAsync(Minted("kept"))).DisposeAsync();
        var watch = _store.Watch(B);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(Minted("watched"));
        await read;

        await _store.Source.DisposeAsync();

        Assert.Equal(
            [(A, "kept"), (B, "watched")],
            _store.Source.Released.Select(static one => (one.Key, Text(one.Value))).OrderBy(static one => one.Item2));
    }

    [Fact]
    public async Task Disposal_leaves_alone_what_has_ended_and_what_was_not_minted()
    {
        await (await StartAsync(Minted("ended"))).DisposeAsync();
        _store.Clock.Advance(Life);
        await using var watch = _store.Watch(B);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(Found("stored"));
        await read;

        await _store.Source.DisposeAsync();

        Assert.Empty(_store.Source.Released);
    }

    [Fact]
    public async Task Disposal_releases_no_more_at_once_than_may_be_read_at_once()
    {
        for (var number = 0; number < PolledStore.ConcurrentReads + 3; number++)
        {
            await (await StartAsync(Minted($"{number}"), A with { Key = $"kept{number}" })).DisposeAsync();
        }

        var releasing = new TaskCompletionSource();
        _store.Source.Releasing = releasing.Task;
        var disposal = _store.Source.DisposeAsync().AsTask();
        await _store.Clock.WaitForTimersAsync();
        releasing.SetResult();
        await disposal;

        Assert.Equal(PolledStore.ConcurrentReads + 3, _store.Source.Released.Count);
        Assert.InRange(_store.Source.MostReleasing, 1, PolledStore.ConcurrentReads);
    }

    [Fact]
    public async Task A_release_that_fails_does_not_hinder_the_disposal()
    {
        await (await StartAsync(Minted("one"))).DisposeAsync();
        _store.Source.ReleaseFailure = new SecretSourceException(SecretErrorCode.Unavailable, "lost");

        await _store.Source.DisposeAsync();

        Assert.Single(_store.Source.Released);
    }

    private SecretState.Found Minted(string value) => Found(value) with { Minted = true, ValidUntil = _store.Clock.GetUtcNow() + Life };

    private async Task<IAsyncEnumerator<SecretState>> StartAsync(SecretState.Found found, SecretReference? reference = null)
    {
        var watch = _store.Watch(reference ?? A);
        var read = watch.ReadAsync();
        await _store.AnswerAsync(found);
        await read;
        return watch;
    }
}
