using Xunit;

namespace SecretProviders.ConformanceTests;

/// <content>Several watchers, slow ones, late ones, and what they cost.</content>
public abstract partial class SecretSourceWatchTests<THarness>
{
    /// <summary>Whoever does not read misses states and not the last one, and does not get a backlog.</summary>
    [Fact]
    public virtual async Task Slow_reader_gets_the_latest()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var slow = Open(source, reference);
        var fast = Open(source, reference);
        await FoundAsync(slow, secret);
        var latest = await FoundAsync(fast, secret);
        for (var i = 0; i < ManyChanges; i++)
        {
            latest = await ChangedAsync(fast, latest, await ChangeAsync(reference));
        }

        var read = slow.History.Length;
        await FoundAsync(slow, latest.Secret);

        Assert.InRange(slow.History.Length - read, 1, 2);
    }

    /// <summary>Two watchers of one reference both get everything, and one that leaves does not take the other along.</summary>
    [Fact]
    public virtual async Task Watchers_are_independent()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var leaving = Open(source, reference);
        var staying = Open(source, reference);
        await FoundAsync(leaving, secret);
        var found = await FoundAsync(staying, secret);

        await leaving.DisposeAsync();

        await ChangedAsync(staying, found, await ChangeAsync(reference));
    }

    /// <summary>Who comes later gets what is known as its first state.</summary>
    [Fact]
    public virtual async Task Late_watcher_begins_with_what_is_known()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var found = await FoundAsync(Open(source, reference), secret);

        var late = await NextAsync(Open(source, reference));

        Assert.Equal(found.Secret, Assert.IsType<SecretState.Found>(late).Secret);
    }

    /// <summary>Any number of watchers of one reference cost one watch at the store; equality is by value.</summary>
    [Fact]
    public virtual async Task Watchers_of_one_reference_cost_one_watch()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var first = await FoundAsync(Open(source, reference), secret);
        var second = await FoundAsync(Open(source, reference with { }), secret);
        var third = await FoundAsync(Open(source, reference with { }), secret);

        Assert.Equal((first.Secret, first.Secret), (second.Secret, third.Secret));
        if (Harness.Can(SourceAbility.CountWatches))
        {
            // A source that lists and watches from there begins the watch after the first state.
            await EventuallyAsync(() => Harness.WatchesAtStore(reference) > 0, $"the watch of '{reference}' at the store");
            Assert.Equal(1, Harness.WatchesAtStore(reference));
        }
    }

    /// <summary>The end of the last watcher, and no earlier one, releases the watch at the store.</summary>
    [Fact]
    public virtual async Task Last_watcher_releases_the_watch()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var first = Open(source, reference);
        var last = Open(source, reference);
        await FoundAsync(first, secret);
        var found = await FoundAsync(last, secret);
        await first.DisposeAsync();
        await ChangedAsync(last, found, await ChangeAsync(reference));

        await last.DisposeAsync();

        await EventuallyAsync(
            () => !Harness.Can(SourceAbility.CountWatches) || Harness.WatchesAtStore(reference) == 0,
            $"the release of '{reference}' at the store");
    }

    /// <summary>A reference can be watched again after its release, and is then read anew.</summary>
    [Fact]
    public virtual async Task Watch_after_a_release_sees_the_present()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var first = Open(source, reference);
        var found = await FoundAsync(first, secret);
        await first.DisposeAsync();

        var changed = await ChangeAsync(reference);

        await ChangedAsync(Open(source, reference), found, changed);
    }
}
