using SecretProviders.Tests.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Polling;

/// <summary>A store is not asked for ten thousand secrets at once.</summary>
public sealed class PollingTurnsTests : IAsyncDisposable
{
    private readonly PolledStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_read_waits_for_its_turn()
    {
        var (watches, reads) = await FillAsync();
        await using var late = _store.Watch(new SecretReference("late"));
        var lateState = late.ReadAsync();
        Assert.False(_store.WasAsked);

        reads[0].Answer(Found("one"));
        await _store.AnswerAsync(Found("late"));

        Assert.Equal("late", Text(await lateState));
        await EndAsync(watches);
    }

    [Fact]
    public async Task A_watcher_that_leaves_gives_up_its_turn()
    {
        var (watches, reads) = await FillAsync();
        var gone = _store.Watch(new SecretReference("gone"));
        var ended = gone.MoveNextAsync().AsTask();
        await using var late = _store.Watch(new SecretReference("late"));
        var lateState = late.ReadAsync();
        await gone.DisposeAsync();
        Assert.False(await ended);

        reads[0].Answer(Found("one"));
        Assert.Equal("late", (await _store.AnswerAsync(Found("late"))).Reference.Key);

        Assert.Equal("late", Text(await lateState));
        await EndAsync(watches);
    }

    [Fact]
    public async Task Who_waits_too_long_is_told_so()
    {
        var (watches, _) = await FillAsync();
        await using var late = _store.Watch(new SecretReference("late"));
        var lateState = late.ReadAsync();

        _store.Clock.Advance(PolledStore.Timeout);

        Assert.IsType<SecretState.Unavailable>(await lateState);
        await EndAsync(watches);
    }

    private async Task<(List<IAsyncEnumerator<SecretState>> Watches, List<PolledStore.Read> Reads)> FillAsync()
    {
        var watches = new List<IAsyncEnumerator<SecretState>>();
        var reads = new List<PolledStore.Read>();
        for (var number = 0; number < PolledStore.ConcurrentReads; number++)
        {
            var watch = _store.Watch(new SecretReference($"r{number}"));
            _ = watch.MoveNextAsync().AsTask();
            watches.Add(watch);
            reads.Add(await _store.NextReadAsync());
        }

        return (watches, reads);
    }

    private static async Task EndAsync(List<IAsyncEnumerator<SecretState>> watches)
    {
        foreach (var watch in watches)
        {
            await watch.DisposeAsync();
        }
    }
}
