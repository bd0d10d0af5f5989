using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>A cancelled watch completes: <c>MoveNextAsync</c> returns false and nothing is thrown, whenever it happens.</summary>
/// <typeparam name="THarness">The harness of the source under test.</typeparam>
public abstract class SecretSourceCancellationTests<THarness> : SecretSourceSuite<THarness>
    where THarness : SecretSourceHarness, new()
{
    /// <summary>A watch that was cancelled before it began has no state.</summary>
    [Fact]
    public virtual async Task Cancelled_before_it_begins_a_watch_completes()
    {
        var (reference, _) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);

        reader.Cancel();

        Assert.Null(await reader.TryNextAsync());
    }

    /// <summary>A watch that waits for the next state completes.</summary>
    [Fact]
    public virtual async Task Cancelled_while_it_waits_a_watch_completes()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        await FoundAsync(reader, secret);
        Assert.False(reader.HasNews);

        reader.Cancel();

        Assert.Null(await reader.TryNextAsync());
    }

    /// <summary>A watch that waits for its first state completes, also when the store does not answer.</summary>
    [Fact]
    public virtual async Task Cancelled_before_the_first_state_a_watch_completes()
    {
        var (reference, _) = await ArrangeAsync();
        if (Harness.Can(StoreFault.Silent))
        {
            await BreakAsync(reference, StoreFault.Silent);
        }

        var reader = Open(CreateSource(), reference);
        var early = reader.HasNews;

        reader.Cancel();

        // Without a silent store the first state may have been there already; then the end comes after it.
        Assert.True(await reader.TryNextAsync() is null || early || !Harness.Can(StoreFault.Silent), "A state came after the cancellation.");
        Assert.Null(await reader.TryNextAsync());
    }

    /// <summary>A watch that is cancelled between two states completes with the next call.</summary>
    [Fact]
    public virtual async Task Cancelled_between_two_states_a_watch_completes()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        await FoundAsync(reader, secret);

        reader.Cancel();
        await ChangeAsync(reference);

        Assert.Null(await reader.TryNextAsync());
    }

    /// <summary>The token of the enumerator counts like the one of the call.</summary>
    [Fact]
    public virtual async Task Token_of_the_enumerator_cancels_too()
    {
        var (reference, _) = await ArrangeAsync();
        using var cancellation = new CancellationTokenSource();
        var states = CreateSource().WatchAsync(reference).GetAsyncEnumerator(cancellation.Token);
        var first = states.MoveNextAsync().AsTask();
        await EventuallyAsync(() => first.IsCompleted, "the first state");

        await cancellation.CancelAsync();

        Assert.True(await first);
        Assert.False(await states.MoveNextAsync().AsTask().WaitAsync(Harness.Patience));

        // Only here: an enumerator must not be disposed while it is still reading, which would hide the failure.
        await states.DisposeAsync();
    }

    /// <summary>A completed watch stays completed.</summary>
    [Fact]
    public virtual async Task Completed_watch_stays_completed()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        await FoundAsync(reader, secret);
        reader.Cancel();
        Assert.Null(await reader.TryNextAsync());

        await ChangeAsync(reference);

        Assert.Null(await reader.TryNextAsync());
    }

    /// <summary>One watcher's cancellation does not end another one's watch of the same reference.</summary>
    [Fact]
    public virtual async Task Cancelling_one_watcher_does_not_end_another()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var cancelled = Open(source, reference);
        var other = Open(source, reference);
        await FoundAsync(cancelled, secret);
        var found = await FoundAsync(other, secret);

        cancelled.Cancel();
        Assert.Null(await cancelled.TryNextAsync());

        await ChangedAsync(other, found, await ChangeAsync(reference));
    }

    /// <summary>A loop that is left after one state releases the watch; the source goes on.</summary>
    [Fact]
    public virtual async Task Watch_that_is_left_is_released()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var left = Open(source, reference);
        await FoundAsync(left, secret);

        await left.DisposeAsync();

        await EventuallyAsync(
            () => !Harness.Can(SourceAbility.CountWatches) || Harness.WatchesAtStore(reference) == 0,
            $"the release of '{reference}' at the store");
        await FoundAsync(Open(source, reference), secret);
    }
}
