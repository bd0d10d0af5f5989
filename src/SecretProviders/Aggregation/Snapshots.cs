using System.Collections.Immutable;
using SecretProviders.Resolution;

namespace SecretProviders.Aggregation;

/// <summary>Turns a decision into what readers and an outer aggregate see.</summary>
internal static class Snapshots
{
    public static SecretSnapshot Make(NameEntry entry, NameResolution resolution, Candidate? served) =>
        new(entry.Name, resolution.Status)
        {
            Secret = served?.Secret,
            Kind = served?.Secret.Kind ?? entry.Kind ?? entry.Match?.Compiled.Kind,
            Version = served?.Version ?? default,
            Origins = served is null ? [] : resolution.Members.Length > 1 ? Origins(entry.Slots, resolution.Members) : [served.Found.Origin!],
            Problem = resolution.Problem,
            IsPartial = resolution.IsPartial,
        };

    private static ImmutableArray<SecretOrigin> Origins(ImmutableArray<Slot> slots, ImmutableArray<int> members) =>
        [.. members.Select(place => SlotProblems.WithOrigin(slots[place].Latest!.Found, slots[place]).Origin!)];

    /// <summary>Returns what an outer aggregate is told, with what is served in place of what was decided.</summary>
    public static SecretState? StateOf(NameResolution resolution, Candidate? served) =>
        served is null || ReferenceEquals(served, resolution.Candidate)
            ? resolution.State
            : resolution.State switch
            {
                SecretState.Found found => found with { Secret = served.Secret },
                { LastGood: not null } state => state with { LastGood = served.Found },
                var state => state,
            };
}
