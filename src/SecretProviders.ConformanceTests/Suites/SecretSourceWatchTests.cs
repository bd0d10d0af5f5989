using SecretProviders.Testing;
using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>What happens at the store arrives once, in order, at everybody who watches, for the price of one watch.</summary>
/// <typeparam name="THarness">The harness of the source under test.</typeparam>
public abstract partial class SecretSourceWatchTests<THarness> : SecretSourceSuite<THarness>
    where THarness : SecretSourceHarness, new()
{
    private const int ManyChanges = 8;

    /// <summary>The first state is what the store holds now.</summary>
    [Fact]
    public virtual async Task First_state_is_what_the_store_holds()
    {
        var (reference, secret) = await ArrangeAsync();

        var first = Assert.IsType<SecretState.Found>(await NextAsync(Open(CreateSource(), reference)));

        Assert.Equal(secret ?? first.Secret, first.Secret);
        Assert.Same(first, first.LastGood);
    }

    /// <summary>A change at the store arrives.</summary>
    [Fact]
    public virtual async Task Change_arrives()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var first = await FoundAsync(reader, secret);

        var changed = await ChangeAsync(reference);

        await ChangedAsync(reader, first, changed);
    }

    /// <summary>A secret that appears while it is watched arrives.</summary>
    [Fact]
    public virtual async Task Secret_that_appears_arrives()
    {
        var reference = Harness.Reference("late", AnyKind);
        var reader = Open(CreateSource(), reference);
        await NextAsync(reader);

        var secret = await ChangeAsync(reference);

        await FoundAsync(reader, secret);
    }

    /// <summary>A secret that is deleted is Removed, with its last good content and the time; where nothing is deleted, it stays.</summary>
    [Fact]
    public virtual async Task Deleted_secret_is_Removed_with_its_last_good()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        if (!Harness.Can(SourceAbility.Delete))
        {
            await ChangedAsync(reader, found, await ChangeAsync(reference));
            Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
            return;
        }

        await Harness.DeleteAsync(reference);
        var removed = await UntilAsync<SecretState>(reader, static state => state is SecretState.Removed or SecretState.NotFound);

        Assert.Equal(RemovalReason.Deleted, Assert.IsType<SecretState.Removed>(removed).Reason);
        Assert.Equal(found, removed.LastGood);
        Assert.NotNull(removed.DeletedAt);
    }

    /// <summary>A secret that is written again after its deletion is found, and the deletion is forgotten.</summary>
    [Fact]
    public virtual async Task Recreated_secret_forgets_its_deletion()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        if (Harness.Can(SourceAbility.Delete))
        {
            await Harness.DeleteAsync(reference);
            await UntilAsync<SecretState.Removed>(reader);
        }

        var recreated = await ChangedAsync(reader, found, await ChangeAsync(reference));

        Assert.Null(recreated.DeletedAt);
    }

    /// <summary>Content that is written again unchanged is no event.</summary>
    [Fact]
    public virtual async Task Equal_state_is_not_repeated()
    {
        var (reference, secret) = await ArrangeAsync();
        var reader = Open(CreateSource(), reference);
        var found = await FoundAsync(reader, secret);
        Assert.False(reader.HasNews);
        if (secret is not null)
        {
            await Harness.PutAsync(reference, secret);
            await LookAsync();
        }

        await ChangedAsync(reader, found, await ChangeAsync(reference));

        AssertNoRepetition(reader);
    }

    /// <summary>Looking again at what did not change is no event.</summary>
    [Fact]
    public virtual async Task Looking_again_is_no_event()
    {
        var reference = Harness.Reference("absent", AnyKind);
        var source = CreateSource();
        var reader = Open(source, reference);
        await NextAsync(reader);
        Assert.False(reader.HasNews);

        await LookAsync();
        await RefreshAsync(source, reference);
        await FoundAsync(reader, await ChangeAsync(reference));

        AssertNoRepetition(reader);
    }

    /// <summary>A write in the very moment in which the watch begins is not lost: the watch is established before the first read.</summary>
    [Fact]
    public virtual async Task Write_during_the_first_read_is_not_lost()
    {
        var source = CreateSource();
        for (var i = 0; i < ManyChanges; i++)
        {
            var (reference, secret) = await ArrangeAsync($"race{i}");
            var reader = Open(source, reference);

            var writing = Task.Run(() => ChangeAsync(reference));
            var first = await FoundAsync(reader);
            var changed = await writing;

            if (secret is not null && !first.Secret.Equals(changed))
            {
                await FoundAsync(reader, changed);
            }
        }
    }

    /// <summary>What a refresh sees is on the watches when it completes; a source without refresh gets there by itself.</summary>
    [Fact]
    public virtual async Task Refresh_brings_what_changed()
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var reader = Open(source, reference);
        var found = await FoundAsync(reader, secret);
        var changed = await ChangeAsync(reference);

        await RefreshAsync(source, reference);

        await ChangedAsync(reader, found, changed);
    }

    private static async Task RefreshAsync(ISecretSource source, SecretReference reference)
    {
        if (source is IRefreshableSecretSource refreshable)
        {
            await refreshable.RefreshAsync(reference);
            await refreshable.RefreshAsync();
        }
    }

    private static void AssertNoRepetition(SecretStateReader reader)
    {
        foreach (var (state, next) in reader.History.Zip(reader.History.Skip(1)))
        {
            Assert.NotEqual(state, next);
        }
    }
}
