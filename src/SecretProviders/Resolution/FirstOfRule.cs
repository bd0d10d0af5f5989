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
                    : NameResolution.Pending(next, $"'{slot.Source}' has not answered yet and holds the lower sources back for {input.Route.FirstAnswer}.");
            }

            if (IsPassedOver(input, place, ref next))
            {
                second ??= place;
                continue;
            }

            return Win(input, Equal(input, place, offer.Candidate), next);
        }

        return second is { } best ? Win(input, best, next) : Expired(input, next) ?? Nothing(input, next);
    }

    /// <summary>Tells whether a slot that could win is passed over for now: a long outage, or too fresh a recovery.</summary>
    private static bool IsPassedOver(RuleInput input, int place, ref DateTimeOffset? next)
    {
        var slot = input.Slots[place];
        var until = slot.Sort switch
        {
            SlotSort.Unavailable or SlotSort.Denied => FallThrough(slot, input.Route),
            SlotSort.Found => Dwell(input, slot, place),
            _ => null,
        };
        var ahead = Instants.Future(until, input.Now);
        next = Instants.Earliest(next, ahead);

        // A fall-through begins at its instant, a dwell ends at it.
        return until is not null && (slot.Sort == SlotSort.Found ? ahead is not null : ahead is null);
    }

    private static DateTimeOffset? FallThrough(Slot slot, SecretRoute route) =>
        route.FallThroughAfter is { } after && slot.StaleSince is { } since ? Instants.After(since, after) : null;

    // Only the way back from an outage dwells, and only if a lower source won meanwhile.
    private static DateTimeOffset? Dwell(RuleInput input, Slot slot, int place) =>
        slot.RecoveredAt is { } recovered && input.Previous?.Members is [var winner, ..] && winner > place
            ? Instants.After(recovered, input.Route.Dwell)
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
        var problem = vouched ? Alarm(input, place) : SlotProblems.Of(slot, input.Route, input.Now);
        var origin = SlotProblems.WithOrigin(candidate.Found, slot.Source);
        return new NameResolution(vouched ? SecretStatus.Available : SecretStatus.Stale, Reason(input, place, vouched))
        {
            Candidate = candidate with { Found = origin },
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
        var origin = SlotProblems.WithOrigin(candidate.Found, source);
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
        var source = input.Slots[place].Source;
        var higher = place == 0 ? "it has the highest priority" : $"no source above it has one to use ({string.Join(", ", input.Slots.Take(place).Select(static slot => $"{slot.Source}: {slot.Sort}"))})";
        return vouched ? $"'{source}' wins: {higher}." : $"The last good secret of '{source}' stays: {higher}, and {input.Slots[place].Sort} takes nothing away.";
    }
}
