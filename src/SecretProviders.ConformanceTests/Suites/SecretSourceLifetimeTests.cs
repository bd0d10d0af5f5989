using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>A disposed source is quiet: its watches completed, its timers and watches at the store are gone.</summary>
/// <typeparam name="THarness">The harness of the source under test.</typeparam>
public abstract class SecretSourceLifetimeTests<THarness> : SecretSourceSuite<THarness>
    where THarness : SecretSourceHarness, new()
{
    private const int Disposers = 4;

    /// <summary>Disposal twice is disposal once.</summary>
    [Fact]
    public virtual async Task Source_may_be_disposed_twice()
    {
        var source = CreateSource();
        await NextAsync(Open(source, Harness.Reference("absent", AnyKind)));

        await source.DisposeAsync();

        Assert.Null(await Record.ExceptionAsync(async () => await source.DisposeAsync()));
    }

    /// <summary>Disposal by several threads at once is disposal once.</summary>
    [Fact]
    public virtual async Task Source_may_be_disposed_by_many_at_once()
    {
        var source = CreateSource();
        await NextAsync(Open(source, Harness.Reference("absent", AnyKind)));

        var disposals = Enumerable.Range(0, Disposers).Select(_ => Task.Run(async () => await source.DisposeAsync()));

        Assert.Null(await Record.ExceptionAsync(() => Task.WhenAll(disposals).WaitAsync(Harness.Patience)));
    }

    /// <summary>A source that nobody ever watched can be disposed.</summary>
    [Fact]
    public virtual async Task Unused_source_can_be_disposed()
    {
        var source = CreateSource();

        Assert.Null(await Record.ExceptionAsync(async () => await source.DisposeAsync()));
        Assert.Equal(0, Harness.Clock.ActiveTimers);
    }

    /// <summary>Disposal completes every watch that waits.</summary>
    [Fact]
    public virtual async Task Disposal_completes_the_watches()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var first = Open(source, reference);
        var second = Open(source, Harness.Reference("absent", AnyKind));
        await FoundAsync(first, secret);
        await NextAsync(second);
        Assert.False(first.HasNews || second.HasNews);

        await source.DisposeAsync();

        Assert.Null(await first.TryNextAsync());
        Assert.Null(await second.TryNextAsync());
    }

    /// <summary>Disposal completes a watch that has no first state yet, also when the store does not answer.</summary>
    [Fact]
    public virtual async Task Disposal_during_the_first_read_completes_the_watch()
    {
        var (reference, _) = await ArrangeAsync();
        if (Harness.Can(StoreFault.Silent))
        {
            await BreakAsync(reference, StoreFault.Silent);
        }

        var source = CreateSource();
        var reader = Open(source, reference);
        var early = reader.HasNews;

        await source.DisposeAsync().AsTask().WaitAsync(Harness.Patience);

        Assert.True(await reader.TryNextAsync() is null || early || !Harness.Can(StoreFault.Silent), "A state came after the disposal.");
        Assert.Null(await reader.TryNextAsync());
    }

    /// <summary>A watch of a disposed source completes at once.</summary>
    [Fact]
    public virtual async Task Watch_of_a_disposed_source_completes()
    {
        var (reference, _) = await ArrangeAsync();
        var source = CreateSource();
        await source.DisposeAsync();

        Assert.Null(await Open(source, reference).TryNextAsync());
    }

    /// <summary>After disposal no timer runs and the store bears no watch.</summary>
    [Fact]
    public virtual async Task Nothing_runs_after_disposal()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        await FoundAsync(Open(source, reference), secret);
        await NextAsync(Open(source, Harness.Reference("absent", AnyKind)));

        await source.DisposeAsync();

        Assert.Equal(0, Harness.Clock.ActiveTimers);
        await EventuallyAsync(
            () => !Harness.Can(SourceAbility.CountWatches) || Harness.WatchesAtStore(reference) == 0,
            $"the release of '{reference}' at the store");
    }

    /// <summary>After disposal during an outage nothing tries again.</summary>
    [Fact]
    public virtual async Task Nothing_tries_again_after_disposal()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var reader = Open(source, reference);
        await FoundAsync(reader, secret);
        if (Harness.Can(StoreFault.Down))
        {
            await BreakAsync(reference, StoreFault.Down);
            await UntilAsync<SecretState.Unavailable>(reader);
        }

        await source.DisposeAsync();

        Assert.Equal(0, Harness.Clock.ActiveTimers);
    }

    /// <summary>Two sources over one store live and end apart.</summary>
    [Fact]
    public virtual async Task Disposal_of_one_source_leaves_another()
    {
        var (reference, secret) = await ArrangeAsync();
        var disposed = CreateSource();
        var reader = Open(CreateSource(), reference);
        await FoundAsync(Open(disposed, reference), secret);
        var found = await FoundAsync(reader, secret);

        await disposed.DisposeAsync();

        await ChangedAsync(reader, found, await ChangeAsync(reference));
    }
}
