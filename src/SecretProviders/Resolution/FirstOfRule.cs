namespace SecretProviders.Resolution;

/// <summary>The whole secret of the first slot, in order of priority, that has a sound one.</summary>
internal sealed class FirstOfRule : IResolutionRule
{
    public NameResolution Resolve(RuleInput input)
    {
        DateTimeOffset? next = null;
        int? second = null;
        for (var place = 0; place < input.Slots.Length; place++)
        {
            var slot = input.Slots[place];
            var offer = Offer.Of(slot, input.Route, input.Now);
            next = Instants.Earliest(next, offer.Until);
            if (offer.Candidate is null)
            {
                // Nobody waits once a name is decided: what was redacted meanwhile must not stay for want of an answer.
                if (input.Previous is { Status: not SecretStatus.Pending } || !FirstAnswer.IsAwaited(slot, input.Route, input.Now))
                {
                    continue;
                }

                next = Instants.Earliest(next, FirstAnswer.EndOf(slot, input.Route));
                return second is { } kept
                    ? Win(input, kept, next)
                    : NameResolution.Pending(next, $"'{slot.Source}' has not answered yet and holds the lower sources back for {input.Route.FirstAnswer}.").KeepingTrust(input);
            }

            if (FallsThrough(input, slot, ref next))
            {
                second ??= place;
                continue;
            }

            return Win(input, Stay(input, place, ref next), next);
        }

        return second is { } best ? Win(input, best, next) : Expired(input, next) ?? Nothing(input, next);
    }

    /// <summary>Tells whether an outage has lasted so long that the next source is tried.</summary>
    private static bool FallsThrough(RuleInput input, Slot slot, ref DateTimeOffset? next)
    {
        if (slot.Sort is not (SlotSort.Unavailable or SlotSort.Denied) || input.Route.FallThroughAfter is not { } after || slot.StaleSince is not { } since)
        {
            return false;
        }

        var at = Instants.After(since, after);
        next = Instants.Earliest(next, Instants.Future(at, input.Now));
        return at <= input.Now;
    }

    /// <summary>
    /// Returns which slot is served in place of the best one: a lower one that won meanwhile stays until the best one
    /// has been back from its outage for the dwell, as long as it is good itself. The choice of the best one does not
    /// depend on the past, so deciding twice decides alike.
    /// </summary>
    private static int Stay(RuleInput input, int best, ref DateTimeOffset? next)
    {
        if (input.Previous?.Members is not [var winner, ..] || winner <= best || DwellEnd(input, best) is not { } end)
        {
            return best;
        }

        var ahead = Instants.Earliest(next, end);
        for (var place = best + 1; place <= winner; place++)
        {
            var slot = input.Slots[place];
            var offer = Offer.Of(slot, input.Route, input.Now);
            var dwell = place == winner ? null : DwellEnd(input, place);
            ahead = Instants.Earliest(Instants.Earliest(ahead, offer.Until), dwell);
            if (slot.Sort == SlotSort.Found && offer.Candidate is { } candidate && dwell is null)
            {
                next = ahead;
                return Equal(input, place, candidate);
            }
        }

        return best;
    }

    private static DateTimeOffset? DwellEnd(RuleInput input, int place) =>
        input.Slots[place] is { Sort: SlotSort.Found, RecoveredAt: { } recovered }
            ? Instants.Future(Instants.After(recovered, input.Route.Dwell), input.Now)
            : null;

    // To go back to equal content is no change at all, so it need not dwell.
    private static int Equal(RuleInput input, int place, Candidate candidate)
    {
        for (var higher = 0; higher < place; higher++)
        {
            if (input.Slots[higher] is { Sort: SlotSort.Found } slot && slot.Valid(input.Now)?.Version == candidate.Version)
            {
                return higher;
            }
        }

        return place;
    }

    private static NameResolution Win(RuleInput input, int place, DateTimeOffset? next)
    {
        var slot = input.Slots[place];
        var candidate = slot.Valid(input.Now)!;
        var vouched = slot.Sort == SlotSort.Found && candidate == slot.Latest;
        var problem = vouched ? place == 0 ? null : Alarm(input, place) : SlotProblems.Of(slot, input.Route, input.Now);
        var origin = SlotProblems.WithOrigin(candidate.Found, slot);
        return new NameResolution(vouched ? SecretStatus.Available : SecretStatus.Stale, Reason(input, place, vouched))
        {
            Candidate = ReferenceEquals(origin, candidate.Found) ? candidate : candidate with { Found = origin },
            Members = [place],
            State = vouched ? origin : SlotProblems.Passed(slot, problem!, origin, slot.DeletedAt),
            Problem = problem,
            NextChange = next,
        }.WithTrust(input, place, origin);
    }

    /// <summary>Returns what is wrong with the sources above the winner: a lost permission never swaps in a weaker source silently.</summary>
    private static SecretProblem? Alarm(RuleInput input, int winner) =>
        input.Slots.Take(winner)
            .Where(slot => slot.Sort is not (SlotSort.NotFound or SlotSort.Removed) && !(slot.Sort == SlotSort.Found && slot.Valid(input.Now) == slot.Latest))
            .Select(slot => SlotProblems.Of(slot, input.Route, input.Now))
            .FirstOrDefault();

    private static NameResolution? Expired(RuleInput input, DateTimeOffset? next)
    {
        if (input.Route.Strict || LastExpired(input) is not var (place, candidate))
        {
            return null;
        }

        var source = input.Slots[place].Source;
        var origin = SlotProblems.WithOrigin(candidate.Found, input.Slots[place]);
        var problem = new SecretProblem(SecretProblemCode.Expired, $"It expired at {candidate.NotAfter:u} and no source has a valid one; it is served all the same. Renew it.");
        return new NameResolution(SecretStatus.Stale, $"No source has a valid one; the one of '{source}' expired last and stays.")
        {
            Candidate = candidate with { Found = origin },
            Members = [place],
            State = new SecretState.Invalid(problem) { LastGood = origin },
            Problem = problem,
            NextChange = next,
        }.WithTrust(input, place, origin);
    }

    private static (int Place, Candidate Candidate)? LastExpired(RuleInput input)
    {
        (int Place, Candidate Candidate)? last = null;
        for (var place = 0; place < input.Slots.Length; place++)
        {
            if (Offer.Of(input.Slots[place], input.Route, input.Now).Expired is { } expired && !(expired.NotAfter <= last?.Candidate.NotAfter))
            {
                last = (place, expired);
            }
        }

        return last;
    }

    private static NameResolution Nothing(RuleInput input, DateTimeOffset? next) =>
        (SlotProblems.Nothing(input) with { NextChange = next }).WithTrust(input, winner: -1, won: null);

    private static string Reason(RuleInput input, int place, bool vouched)
    {
        // What a rotation leaves as it was, which is nearly every decision, is not put into words again.
        if (place == 0 && vouched && input.Previous is { Status: SecretStatus.Available, Members: [0] } same)
        {
            return same.Reason;
        }

        var source = input.Slots[place].Source;
        var higher = place == 0 ? "it has the highest priority" : $"no source above it has one to use ({string.Join(", ", input.Slots.Take(place).Select(static slot => $"{slot.Source}: {slot.Sort}"))})";
        return vouched ? $"'{source}' wins: {higher}." : $"The last good secret of '{source}' stays: {higher}, and {input.Slots[place].Sort} takes nothing away.";
    }
}
