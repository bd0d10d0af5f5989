using System.Collections.Immutable;

namespace SecretProviders.Resolution;

/// <summary>All that a rule may look at.</summary>
internal sealed record RuleInput(SecretRoute Route, ImmutableArray<Slot> Slots, NameResolution? Previous, DateTimeOffset Now, Func<Secret, SecretVersion> Version);
