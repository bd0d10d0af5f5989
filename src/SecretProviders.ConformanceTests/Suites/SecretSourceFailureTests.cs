using SecretProviders.Testing;
using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>A failure of the store is a state, keeps the last good secret, is never a removal, and passes.</summary>
/// <typeparam name="THarness">The harness of the source under test.</typeparam>
public abstract partial class SecretSourceFailureTests<THarness> : SecretSourceSuite<THarness>
    where THarness : SecretSourceHarness, new()
{
    private const int Looks = 3;
    private const int OutageSeconds = 120;
    private int _timeOutsPassed;

    /// <summary>The first state says what is wrong, also when the store is so from the start; a fault that cannot happen is never said.</summary>
    /// <param name="fault">The fault.</param>
    [Theory]
    [MemberData(nameof(StoreFaults.All), MemberType = typeof(StoreFaults))]
    public virtual async Task First_state_says_what_is_wrong(StoreFault fault)
    {
        var (reference, _) = await ArrangeAsync();
        if (!Harness.Can(fault))
        {
            Assert.IsType<SecretState.Found>(await NextAsync(Open(CreateSource(), reference)));
            return;
        }

        await BreakAsync(reference, fault);
        var reader = Open(CreateSource(), reference);

        var first = await UntilAsync<SecretState>(reader, look: () => LetTheTimeOutPassAsync(reader));

        Assert.True(Says(first, fault), $"The store is {fault}, and the first state is {first}.");
        Assert.Null(first.LastGood);
    }

    /// <summary>A fault keeps the last good secret, whole, in the state.</summary>
    /// <param name="fault">The fault.</param>
    [Theory]
    [MemberData(nameof(StoreFaults.All), MemberType = typeof(StoreFaults))]
    public virtual async Task Last_good_survives(StoreFault fault)
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);

        if (await TryBreakAsync(reader, reference, fault, found) is { } broken)
        {
            Assert.Equal(found, broken.LastGood);
            Assert.Null(broken.DeletedAt);
        }
    }

    /// <summary>When the fault passes, the secret is found again by itself; nothing in between looks like a removal.</summary>
    /// <param name="fault">The fault.</param>
    [Theory]
    [MemberData(nameof(StoreFaults.All), MemberType = typeof(StoreFaults))]
    public virtual async Task Recovery_is_noticed_and_nothing_was_removed(StoreFault fault)
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        if (await TryBreakAsync(reader, reference, fault, found) is null)
        {
            return;
        }

        await HealAsync(reference);

        await FoundAsync(reader, secret);
        Assert.All(reader.History, static state => Assert.False(state is SecretState.Removed or SecretState.NotFound, $"An outage said {state}."));
    }

    /// <summary>A fault that lasts is said once.</summary>
    /// <param name="fault">The fault.</param>
    [Theory]
    [MemberData(nameof(StoreFaults.All), MemberType = typeof(StoreFaults))]
    public virtual async Task Lasting_fault_is_said_once(StoreFault fault)
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        if (await TryBreakAsync(reader, reference, fault, found) is null)
        {
            return;
        }

        for (var i = 0; i < Looks; i++)
        {
            Assert.False(reader.HasNews && (await reader.NextAsync()).Equals(reader.History[^2]), $"Said twice: {reader.History[^1]}");
            await LookAsync();
        }

        await HealAsync(reference);
        await FoundAsync(reader, secret);
        Assert.All(reader.History.Zip(reader.History.Skip(1)), static pair => Assert.NotEqual(pair.First, pair.Second));
    }

    /// <summary>While the store is down it is asked at most once a second: there is a back-off, and it goes by the clock.</summary>
    [Fact]
    public virtual async Task Outage_is_not_met_with_a_busy_loop()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        if (await TryBreakAsync(reader, reference, StoreFault.Down, found) is null || !Harness.Can(SourceAbility.CountReads))
        {
            return;
        }

        var before = Harness.ReadsAtStore(reference);
        for (var second = 0; second < OutageSeconds; second++)
        {
            Harness.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.InRange(Harness.ReadsAtStore(reference) - before, 0, OutageSeconds);
    }

    /// <summary>A change after a fault arrives.</summary>
    /// <param name="fault">The fault.</param>
    [Theory]
    [MemberData(nameof(StoreFaults.All), MemberType = typeof(StoreFaults))]
    public virtual async Task Change_after_a_fault_arrives(StoreFault fault)
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        if (await TryBreakAsync(reader, reference, fault, found) is null)
        {
            return;
        }

        await HealAsync(reference);

        await ChangedAsync(reader, found, await ChangeAsync(reference));
    }

    /// <summary>A deletion after a fault is a removal with the last good secret from before it.</summary>
    [Fact]
    public virtual async Task Deletion_after_an_outage_is_a_removal()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        if (await TryBreakAsync(reader, reference, StoreFault.Down, found) is null || !Harness.Can(SourceAbility.Delete))
        {
            return;
        }

        await HealAsync(reference);
        await Harness.DeleteAsync(reference);
        var gone = await UntilAsync<SecretState>(reader, static state => state is SecretState.Removed or SecretState.NotFound);

        Assert.Equal(found, Assert.IsType<SecretState.Removed>(gone).LastGood);
    }

    /// <summary>An outage after a deletion forgets neither when it was nor what was last good.</summary>
    [Fact]
    public virtual async Task Deletion_is_remembered_through_an_outage()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        SecretState before = await FoundAsync(reader, secret);
        if (Harness.Can(SourceAbility.Delete))
        {
            await Harness.DeleteAsync(reference);
            before = await UntilAsync<SecretState.Removed>(reader);
        }

        if (await TryBreakAsync(reader, reference, StoreFault.Down, before.LastGood!) is { } broken)
        {
            Assert.Equal((before.DeletedAt, before.LastGood), (broken.DeletedAt, broken.LastGood));
        }
    }

    /// <summary>One unsound secret harms no other of the same source.</summary>
    [Fact]
    public virtual async Task Unsound_secret_harms_no_other()
    {
        var (broken, brokenSecret) = await ArrangeAsync("broken");
        var (sound, soundSecret) = await ArrangeAsync("sound");
        var source = CreateSource();
        var brokenReader = Open(source, broken);
        var soundReader = Open(source, sound);
        var brokenFound = await FoundAsync(brokenReader, brokenSecret);
        var soundFound = await FoundAsync(soundReader, soundSecret);

        await TryBreakAsync(brokenReader, broken, StoreFault.Unsound, brokenFound);

        await ChangedAsync(soundReader, soundFound, await ChangeAsync(sound));
        Assert.All(soundReader.History, static state => Assert.IsType<SecretState.Found>(state));
    }

    /// <summary>Who comes during an outage hears of it, and gets the last good secret that others hold.</summary>
    [Fact]
    public virtual async Task Late_watcher_hears_of_the_outage_and_the_last_good()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var reader = Open(source, reference);
        var found = await FoundAsync(reader, secret);
        var broken = await TryBreakAsync(reader, reference, StoreFault.Down, found);

        var late = await NextAsync(Open(source, reference));

        Assert.Equal(broken is null, late is SecretState.Found);
        Assert.NotNull(late.LastGood);
    }

    private static bool Says(SecretState state, StoreFault fault) => fault switch
    {
        StoreFault.Denied => state is SecretState.Denied,
        StoreFault.Unsound => state is SecretState.Invalid,
        _ => state is SecretState.Unavailable,
    };

    // Breaks and waits for the source to say so. Where the fault cannot happen, says that the source goes on, and returns null.
    private async Task<SecretState?> TryBreakAsync(SecretStateReader reader, SecretReference reference, StoreFault fault, SecretState.Found found)
    {
        if (Harness.Can(fault))
        {
            await BreakAsync(reference, fault);
            return await UntilAsync<SecretState>(reader, state => Says(state, fault));
        }

        await ChangedAsync(reader, found, await ChangeAsync(reference));
        Assert.DoesNotContain(reader.History, state => Says(state, fault));
        return null;
    }

    // The clock moves by the time-out and once more, for a source that armed its timer a moment late, and then no further.
    private Task LetTheTimeOutPassAsync(SecretStateReader reader)
    {
        if (_timeOutsPassed < 2 && Harness.Clock.ActiveTimers > 0 && !reader.HasNews)
        {
            _timeOutsPassed++;
            Harness.Clock.Advance(Harness.Timeout);
        }

        return Task.CompletedTask;
    }
}
