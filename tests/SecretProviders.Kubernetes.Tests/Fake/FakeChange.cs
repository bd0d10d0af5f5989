namespace SecretProviders.Kubernetes.Tests.Fake;

/// <summary>What happened to one object.</summary>
/// <param name="Version">The store's version after it.</param>
/// <param name="Before">The object before, or null when it is new.</param>
/// <param name="After">The object after, or null when it was deleted.</param>
internal sealed record FakeChange(long Version, FakeObject? Before, FakeObject? After)
{
    public FakeObject Either => (After ?? Before)!;

    /// <summary>Tells what a watcher with a selector hears of it: nothing, or a type of event and an object.</summary>
    /// <param name="selector">What the watcher wants.</param>
    public (string Type, FakeObject Object)? SeenThrough(FakeSelector selector) => (Before, After) switch
    {
        ({ } before, { } after) when selector.Matches(before) && selector.Matches(after) => ("MODIFIED", after),
        (_, { } after) when selector.Matches(after) => ("ADDED", after),
        // Also when it lives on and only left the selection. The event's version is the one of the change.
        ({ } before, _) when selector.Matches(before) => ("DELETED", before with { ResourceVersion = Version }),
        _ => null,
    };
}
