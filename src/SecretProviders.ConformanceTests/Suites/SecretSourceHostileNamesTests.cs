using Xunit;

namespace SecretProviders.ConformanceTests;

/// <summary>A hostile key is answered with a state, leads nowhere outside, and harms no other secret.</summary>
/// <typeparam name="THarness">The harness of the source under test.</typeparam>
public abstract class SecretSourceHostileNamesTests<THarness> : SecretSourceSuite<THarness>
    where THarness : SecretSourceHarness, new()
{
    /// <summary>A hostile key, under which nothing was stored, finds nothing; it is answered, and not with an outage that is tried again.</summary>
    /// <param name="label">Which one of <see cref="HostileNames"/>.</param>
    [Theory]
    [MemberData(nameof(HostileNames.Labels), MemberType = typeof(HostileNames))]
    public virtual async Task Hostile_key_finds_nothing(string label)
    {
        await Harness.PlantOutsideAsync();

        var state = await NextAsync(Open(CreateSource(), Hostile(label)));

        Assert.True(
            state is SecretState.NotFound or SecretState.Invalid or SecretState.Denied || (state is SecretState.Found && !Harness.Can(SourceAbility.Absence)),
            $"The answer to a hostile key was {state.GetType().Name}.");
    }

    /// <summary>A watch of a hostile key does not disturb the watch of a good one.</summary>
    /// <param name="label">Which one of <see cref="HostileNames"/>.</param>
    [Theory]
    [MemberData(nameof(HostileNames.Labels), MemberType = typeof(HostileNames))]
    public virtual async Task Hostile_key_harms_no_other_secret(string label)
    {
        var (reference, secret) = await ArrangeAsync();
        var source = CreateSource();
        var reader = Open(source, reference);
        var found = await FoundAsync(reader, secret);

        await NextAsync(Open(source, Hostile(label)));

        await ChangedAsync(reader, found, await ChangeAsync(reference));
        Assert.All(reader.History, static state => Assert.IsType<SecretState.Found>(state));
    }

    /// <summary>All hostile keys at once are answered, each for itself.</summary>
    [Fact]
    public virtual async Task Hostile_keys_at_once_are_all_answered()
    {
        var source = CreateSource();
        foreach (var row in HostileNames.Labels)
        {
            await NextAsync(Open(source, Hostile(row.Data)));
        }

        var (reference, secret) = await ArrangeAsync();

        await FoundAsync(Open(source, reference), secret);
    }

    // The key as it came, past the harness's own way of naming.
    private SecretReference Hostile(string label) => new(HostileNames.Get(label)) { Kind = AnyKind };
}
