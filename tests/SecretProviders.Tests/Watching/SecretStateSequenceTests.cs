using SecretProviders.Watching;
using static SecretProviders.Tests.Watching.States;

namespace SecretProviders.Tests.Watching;

public sealed class SecretStateSequenceTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Earlier = Now.AddHours(-1);
    private static readonly SecretState.Found One = Found("one");
    private static readonly SecretState.Found Two = Found("two");
    private static readonly SecretState.NotFound NotFound = new();
    private static readonly SecretState.Unavailable Lost = new("lost");
    private static readonly SecretState.Denied Denied = new("grant it");
    private static readonly SecretState.Invalid Invalid = new(new SecretProblem(SecretProblemCode.Malformed, "broken"));
    private static readonly SecretState.Removed Deleted = new(RemovalReason.Deleted);
    private static readonly SecretState.Removed Redacted = new(RemovalReason.Redacted);
    private static readonly SecretState.Removed Revoked = new(RemovalReason.Revoked);

    public static TheoryData<string, SecretState?, SecretState, SecretState> Table() => new()
    {
        { "the first find", null, One, One },
        { "nothing there", null, NotFound, NotFound },
        { "down at the start", null, Lost, Lost },
        { "refused at the start", null, Denied, Denied },
        { "deleted before we looked", null, Deleted, Deleted with { DeletedAt = Now } },
        { "a deletion that the store dates", null, Deleted with { DeletedAt = Earlier }, Deleted with { DeletedAt = Earlier } },
        { "a rotation", One, Two, Two },
        { "lost after a find", One, Lost, Lost with { LastGood = One } },
        { "denied after a find", One, Denied, Denied with { LastGood = One } },
        { "broken after a find", One, Invalid, Invalid with { LastGood = One } },
        { "deleted after a find", One, Deleted, Deleted with { LastGood = One, DeletedAt = Now } },
        { "gone after a find", One, NotFound, Deleted with { LastGood = One, DeletedAt = Now } },
        { "gone after a find and an outage", Lost with { LastGood = One }, NotFound, Deleted with { LastGood = One, DeletedAt = Now } },
        { "redacted after a find", One, Redacted, Redacted },
        { "revoked after a find", One, Revoked, Revoked },
        { "revoked after an outage", Lost with { LastGood = One }, Revoked, Revoked },
        { "lost after a revocation", Revoked, Lost, Lost },
        { "not found after a revocation", Revoked, NotFound, Revoked },
        { "not found after a redaction", Redacted, NotFound, Redacted },
        { "deleted after a redaction", Redacted, Deleted, Deleted with { DeletedAt = Now } },
        { "still gone", Deleted with { LastGood = One, DeletedAt = Earlier }, NotFound, Deleted with { LastGood = One, DeletedAt = Earlier } },
        { "deleted again", Deleted with { LastGood = One, DeletedAt = Earlier }, Deleted, Deleted with { LastGood = One, DeletedAt = Earlier } },
        { "lost after a deletion", Deleted with { LastGood = One, DeletedAt = Earlier }, Lost, Lost with { LastGood = One, DeletedAt = Earlier } },
        { "gone after a deletion and an outage", Lost with { LastGood = One, DeletedAt = Earlier }, NotFound, Deleted with { LastGood = One, DeletedAt = Earlier } },
        { "revoked after a deletion", Deleted with { LastGood = One, DeletedAt = Earlier }, Revoked, Revoked with { DeletedAt = Earlier } },
        { "back after a deletion", Deleted with { LastGood = One, DeletedAt = Earlier }, Two, Two },
        { "not found after an outage without a find", Lost, NotFound, NotFound },
        { "the store's own last good", null, Lost with { LastGood = Two }, Lost with { LastGood = Two } },
        { "the store's own last good over ours", One, Lost with { LastGood = Two }, Lost with { LastGood = Two } },
        { "a find dated as deleted", null, One with { DeletedAt = Earlier }, One },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Next_state(string story, SecretState? previous, SecretState said, SecretState expected)
    {
        Assert.NotEmpty(story);
        Assert.Equal(expected, SecretStateSequence.Next(previous, said, Now));
    }

    [Fact]
    public void State_that_needs_no_completion_is_not_copied()
    {
        var said = Lost with { LastGood = One };

        Assert.Same(said, SecretStateSequence.Next(One, said, Now));
        Assert.Same(Two, SecretStateSequence.Next(One, Two, Now));
    }
}
