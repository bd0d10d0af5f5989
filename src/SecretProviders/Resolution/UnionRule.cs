using System.Collections.Immutable;

namespace SecretProviders.Resolution;

/// <summary>
/// The anchors of all slots together. A silent member keeps its last good anchors, so that an outage never withdraws
/// trust; matchers, pins and lax flags are the first member's alone, since uniting them would widen access.
/// </summary>
internal sealed class UnionRule : IResolutionRule
{
    public NameResolution Resolve(RuleInput input)
    {
        DateTimeOffset? next = null;
        var members = ImmutableArray.CreateBuilder<int>();
        Slot? awaited = null;
        Slot? missing = null;
        Slot? stale = null;
        for (var place = 0; place < input.Slots.Length; place++)
        {
            var slot = input.Slots[place];
            var offer = Offer.Of(slot, input.Route, input.Now);
            next = Instants.Earliest(next, offer.Until);
            if (offer.Candidate is not null)
            {
                members.Add(place);
                stale ??= slot.Sort == SlotSort.Found ? null : slot;
            }
            else if (FirstAnswer.IsAwaited(slot, input.Route, input.Now))
            {
                awaited ??= slot;
                next = Instants.Earliest(next, FirstAnswer.EndOf(slot, input.Route));
            }
            else if (slot.Sort is not (SlotSort.NotFound or SlotSort.Removed))
            {
                missing ??= slot;
            }
        }

        if (awaited is not null)
        {
            return NameResolution.Pending(next, $"The union waits up to {input.Route.FirstAnswer} for the first answer of '{awaited.Source}'.");
        }

        return members.Count == 0 ? SlotProblems.Nothing(input) with { NextChange = next } : Unite(input, members.ToImmutable(), missing, stale) with { NextChange = next };
    }

    private static NameResolution Unite(RuleInput input, ImmutableArray<int> members, Slot? missing, Slot? stale)
    {
        var contexts = members.Select(place => (ValidationContext)input.Slots[place].Valid(input.Now)!.Secret).ToArray();
        var united = contexts.Length == 1 ? ValidationContexts.Ordered(contexts[0]) : ValidationContexts.Unite(contexts);
        var found = new SecretState.Found(united) { Origin = Origin(input, members) };
        var unchanged = input.Previous?.Candidate is { } previous && previous.Secret.Equals(united) ? previous.Version : input.Version(united);
        var problem = (stale ?? missing) is { } troubled ? SlotProblems.Of(troubled, input.Route, input.Now) : null;
        var names = string.Join(", ", members.Select(place => $"'{input.Slots[place].Source}'"));
        return new NameResolution(stale is null ? SecretStatus.Available : SecretStatus.Stale, missing is null ? $"United from {names}." : $"United from {names}; '{missing.Source}' is missing.")
        {
            Candidate = new Candidate(found, unchanged),
            Members = members,
            State = Told([.. members.Select(place => input.Slots[place])], input, found),
            Problem = problem,
            IsPartial = missing is not null,
        };
    }

    // A member's removal must not reach an outer aggregate as the removal of what the other members hold.
    private static SecretState Told(ImmutableArray<Slot> members, RuleInput input, SecretState.Found found)
    {
        var isDeleted = members.All(static slot => slot.DeletedAt is not null);
        var told = members.FirstOrDefault(static slot => slot.Sort is not (SlotSort.Found or SlotSort.Removed)) ?? (isDeleted ? members[0] : null);
        var deletedAt = isDeleted ? members.Max(static slot => slot.DeletedAt) : null;
        return told is null ? found : SlotProblems.Passed(told, SlotProblems.Of(told, input.Route, input.Now), found, deletedAt);
    }

    private static SecretOrigin Origin(RuleInput input, ImmutableArray<int> members) =>
        new(string.Join("+", members.Select(place => SlotProblems.WithOrigin(input.Slots[place].Valid(input.Now)!.Found, input.Slots[place]).Origin!.Source).Distinct()));
}
