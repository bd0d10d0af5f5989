using Xunit;

namespace SecretProviders.ConformanceTests;

/// <content>What an outage tells besides that there is one: how long to wait, and whether waiting helps.</content>
public abstract partial class SecretSourceFailureTests<THarness>
{
    private const double AlmostAll = 0.9;

    /// <summary>The time for which the store asks to be left alone is in the state, and the source does leave it alone.</summary>
    [Fact]
    public virtual async Task Store_that_asks_to_be_left_alone_is_left_alone()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        if (await TryBreakAsync(reader, reference, StoreFault.Throttled, found) is not SecretState.Unavailable throttled)
        {
            return;
        }

        Assert.Equal(Harness.RetryAfter, throttled.RetryAfter);
        if (Harness.RetryAfter is { } wish && Harness.Can(SourceAbility.CountReads))
        {
            var before = Harness.ReadsAtStore(reference);
            Harness.Clock.Advance(wish * AlmostAll);
            await LetTheStoreAnswerAsync();
            Assert.Equal(before, Harness.ReadsAtStore(reference));
        }

        await HealAsync(reference);
        await FoundAsync(reader, secret);
    }

    /// <summary>Definite is an outage that waiting does not mend, and no other: such a one lets the next source answer at once.</summary>
    /// <param name="fault">The fault.</param>
    [Theory]
    [MemberData(nameof(StoreFaults.All), MemberType = typeof(StoreFaults))]
    public virtual async Task Definite_is_what_waiting_does_not_mend(StoreFault fault)
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);

        var broken = await TryBreakAsync(reader, reference, fault, found);

        bool? expected = fault == StoreFault.Down ? Harness.DownIsDefinite : false;
        if (broken is SecretState.Unavailable unavailable && expected is { } definite)
        {
            Assert.True(unavailable.Definite == definite, $"The store is {fault}, and the state says Definite = {unavailable.Definite}: {unavailable}");
        }
    }
}
