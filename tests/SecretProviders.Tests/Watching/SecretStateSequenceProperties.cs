using FsCheck;
using FsCheck.Fluent;
using SecretProviders.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Watching;

/// <summary>What holds for every sequence of states that a store may say.</summary>
public sealed class SecretStateSequenceProperties
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Arbitrary<SecretState[]> Stories = Gen.ArrayOf(Gen.OneOf(
        Gen.Elements("one", "two", "three").Select(static SecretState (value) => Found(value)),
        Gen.Elements(RemovalReason.Deleted, RemovalReason.Redacted, RemovalReason.Revoked).Select(static SecretState (reason) => new SecretState.Removed(reason)),
        Gen.Elements<SecretState>(
            new SecretState.NotFound(),
            new SecretState.Unavailable("lost"),
            new SecretState.Denied("grant it"),
            new SecretState.Invalid(new SecretProblem(SecretProblemCode.Malformed, "broken"))))).ToArbitrary();

    [Fact]
    public void Last_good_is_the_last_find_unless_it_was_redacted_or_revoked() => Check(static (said, states) =>
    {
        SecretState.Found? expected = null;
        for (var i = 0; i < said.Length; i++)
        {
            expected = said[i] switch
            {
                SecretState.Found found => found,
                SecretState.Removed { Reason: not RemovalReason.Deleted } => null,
                _ => expected,
            };
            if (!Equals(expected, states[i].LastGood))
            {
                return false;
            }
        }

        return true;
    });

    [Fact]
    public void Not_found_never_follows_a_find_unless_it_was_redacted_or_revoked() => Check(static (_, states) =>
        states.All(static state => state is not SecretState.NotFound || state.LastGood is null));

    [Fact]
    public void Deletion_is_dated_once_until_the_next_find() => Check(static (_, states) =>
        states.Zip(states.Skip(1)).All(static pair =>
            pair.Second is SecretState.Found
                ? pair.Second.DeletedAt is null
                : pair.First.DeletedAt is null || pair.First.DeletedAt == pair.Second.DeletedAt));

    [Fact]
    public void Every_deletion_is_dated() => Check(static (_, states) =>
        states.All(static state => state is not SecretState.Removed { Reason: RemovalReason.Deleted } || state.DeletedAt is not null));

    [Fact]
    public void Repeating_what_was_said_changes_nothing() => Check(static (said, states) =>
        said.Zip(states).All(static pair => pair.Second.Equals(SecretStateSequence.Next(pair.Second, pair.First, Start.AddDays(1)))));

    [Fact]
    public void Latest_state_is_enough_for_a_reader_that_skips() => Check(static (_, states) =>
        states.All(state => state.Equals(SecretStateSequence.Next(state, state, Start.AddDays(1)))));

    private static void Check(Func<SecretState[], List<SecretState>, bool> holds) => Prop.ForAll(Stories, said =>
    {
        var states = new List<SecretState>();
        foreach (var state in said)
        {
            states.Add(SecretStateSequence.Next(states.LastOrDefault(), state, Start.AddMinutes(states.Count)));
        }

        return holds(said, states);
    }).QuickCheckThrowOnFailure();
}
