using System.Collections.Immutable;
using SecretProviders.Aggregation.Readers;
using SecretProviders.Resolution;

namespace SecretProviders.Aggregation;

/// <summary>Tells why a name is what it is. Runs under the aggregate's gate.</summary>
internal static class AggregateExplainer
{
    public static SecretExplanation Explain(AggregateCore core, string name)
    {
        if (!core.Entries.TryGetValue(name, out var entry))
        {
            return Unwatched(core, name);
        }

        var count = entry.Snapshot.Secret is null ? new VersionCount(VersionCount.Of(entry, default).Live, 0, 0, 0) : VersionCount.Of(entry, entry.Snapshot.Version);
        return new SecretExplanation(entry.Snapshot, entry.Match?.Route.Pattern, Reason(entry))
        {
            // A provider that is being disposed has stopped its watches; what is asked meanwhile is still answered.
            Sources = [.. entry.Slots.Take(entry.Watches.Length).Select((slot, place) => Describe(entry, slot, place, core.Now))],
            Consumers = count.Live,
            Sent = count.Sent,
            Applied = count.Applied,
            Rejected = count.Rejected,
            Rejections = [.. entry.Members.Where(member => member.Rejected == entry.Snapshot.Version && member.Detail is not null && entry.Snapshot.Secret is not null)
                .Select(static member => $"{member.Subscription.Consumer.Id}: {member.Detail}")],
            NextChange = entry.Wake,
        };
    }

    private static SecretExplanation Unwatched(AggregateCore core, string name)
    {
        if (core.Routes.Match(name) is not { } match)
        {
            var problem = Unrouted.Problem(name);
            return new SecretExplanation(new SecretSnapshot(name, SecretStatus.Absent) { Problem = problem }, null, problem.Message);
        }

        return new SecretExplanation(new SecretSnapshot(name, SecretStatus.Pending), match.Route.Pattern, "Nobody asks for it, so no source is watched for it.")
        {
            Sources = [.. match.References.Select(reference => new SourceExplanation(reference.SourceName, reference.Reference, nameof(SlotSort.Pending), core.Now))],
        };
    }

    private static string Reason(NameEntry entry)
    {
        var reason = entry.Resolution?.Reason ?? string.Empty;
        if (entry.HeldSince is { } since)
        {
            return $"{reason} It is held since {since:u} for the trust it chains to.";
        }

        return entry.CarriedSince is not null ? $"{reason} What the former routes published stays until then." : reason;
    }

    private static SourceExplanation Describe(NameEntry entry, Slot slot, int place, DateTimeOffset now) =>
        new(slot.Source, entry.Watches[place].Reference.Reference, slot.State is SecretState.Found ? nameof(SlotSort.Found) : slot.Sort.ToString(), slot.Since)
        {
            Detail = slot.State is SecretState.Found && slot.Objection is null ? null : SlotProblems.Of(slot, entry.Match!.Route, now).Message,
            HasLastGood = slot.Latest is not null || slot.Earlier is not null,
            Won = entry.Resolution?.Members.Contains(place) == true,
            Gates = Gates(slot, now),
        };

    private static ImmutableArray<GateExplanation> Gates(Slot slot, DateTimeOffset now)
    {
        var gates = slot.Verdicts.Select(static verdict => verdict.Explain());
        return slot.Latest is { } latest
            ? [.. gates, new GateExplanation("validity", latest.IsValid(now), Validity(latest))]
            : [.. gates];
    }

    private static string Validity(Candidate candidate) =>
        candidate.NotAfter == DateTimeOffset.MaxValue ? "no end" : $"{candidate.NotBefore:u} to {candidate.NotAfter:u}";
}
