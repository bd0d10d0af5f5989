namespace SecretProviders.Resolution;

/// <summary>Puts into words, codes and states what keeps a slot from vouching for a secret.</summary>
internal static class SlotProblems
{
    public static SecretState.Found WithOrigin(SecretState.Found found, Slot slot) =>
        found.Origin is null ? found with { Origin = slot.Origin } : found;

    /// <summary>Says why a slot does not vouch for a secret now.</summary>
    public static SecretProblem Of(Slot slot, SecretRoute route, DateTimeOffset now) => slot.State switch
    {
        null => new(SecretProblemCode.Unavailable, $"'{slot.Source}' has not answered since {slot.Started:u}."),
        SecretState.NotFound => new(SecretProblemCode.Absent, $"'{slot.Source}' has no such secret."),
        SecretState.Removed { Reason: RemovalReason.Deleted, DeletedAt: { } at } => new(SecretProblemCode.Absent, $"'{slot.Source}' had it deleted at {at:u}{Kept(slot, route, at, now)}."),
        SecretState.Removed removed => new(SecretProblemCode.Absent, $"'{slot.Source}' had it {(removed.Reason == RemovalReason.Redacted ? "redacted" : removed.Reason == RemovalReason.Revoked ? "revoked" : "deleted")}."),
        SecretState.Denied denied => new(SecretProblemCode.Denied, $"'{slot.Source}' refuses: {denied.Remedy}"),
        SecretState.Invalid invalid => new(invalid.Problem.Code, $"'{slot.Source}': {invalid.Problem.Message}"),
        SecretState.Unavailable outage => new(SecretProblemCode.Unavailable, $"'{slot.Source}' does not answer: {outage.Error}"),
        SecretState.Found when slot.Objection is { } objection => new(objection.Code, $"'{slot.Source}': {objection.Message}"),
        _ when slot.Latest is { } latest && latest.NotBefore > now => new(SecretProblemCode.NotYetValid, $"'{slot.Source}' has one that is valid from {latest.NotBefore:u} only."),
        _ => new(SecretProblemCode.Expired, $"'{slot.Source}' has one that expired at {slot.Latest?.NotAfter:u}; renew it."),
    };

    /// <summary>Returns the state that tells an outer aggregate of a secret that is served without being vouched for.</summary>
    public static SecretState Passed(Slot slot, SecretProblem problem, SecretState.Found served, DateTimeOffset? deletedAt) => slot.State switch
    {
        null or SecretState.Found or SecretState.NotFound => new SecretState.Invalid(problem) { LastGood = served, DeletedAt = deletedAt },
        var state => state with { LastGood = served, DeletedAt = deletedAt },
    };

    /// <summary>Decides when no slot has anything to serve: absent only if every source said so.</summary>
    public static NameResolution Nothing(RuleInput input)
    {
        var silent = input.Slots.FirstOrDefault(static slot => slot.Sort is not (SlotSort.NotFound or SlotSort.Removed));
        if (silent is null)
        {
            return new NameResolution(SecretStatus.Absent, "Every source answered that it has none.")
            {
                State = input.Slots.FirstOrDefault(static slot => slot.Sort == SlotSort.Removed) is { } removed ? Removal(removed) : new SecretState.NotFound(),
                Problem = new SecretProblem(SecretProblemCode.Absent, string.Join(" ", input.Slots.Select(slot => Of(slot, input.Route, input.Now).Message))),
            };
        }

        var problem = Of(silent, input.Route, input.Now);
        var reason = $"No source has one to use; '{silent.Source}' decides, as the first that did not say it has none.";
        return silent.Sort switch
        {
            SlotSort.Denied => new(SecretStatus.Denied, reason) { Problem = problem, State = Remembering(input, silent.State!) },
            SlotSort.Pending or SlotSort.Unavailable => new(SecretStatus.Unavailable, reason) { Problem = problem, State = Remembering(input, new SecretState.Unavailable(problem.Message) { Definite = input.Slots.All(IsDefinite) }) },
            _ => new(SecretStatus.Invalid, reason) { Problem = problem, State = Remembering(input, new SecretState.Invalid(problem)) },
        };
    }

    private static string Kept(Slot slot, SecretRoute route, DateTimeOffset deletedAt, DateTimeOffset now) =>
        slot.Latest is { } latest && Instants.After(deletedAt, Offer.RetentionOf(route, latest.Secret.Kind)) is var end && end > now ? $"; it is kept until {end:u} at most" : string.Empty;

    // An outage that follows a deletion must not end the retention of an outer aggregate.
    private static SecretState Remembering(RuleInput input, SecretState state) =>
        input.Slots.FirstOrDefault(static slot => slot is { DeletedAt: not null, Latest: not null }) is { } deleted
            ? state with { LastGood = WithOrigin(deleted.Latest!.Found, deleted), DeletedAt = deleted.DeletedAt }
            : state with { LastGood = null };

    // An outer aggregate may retain for longer, but only what passed this one's gates.
    private static SecretState Removal(Slot slot) =>
        slot.State! with { LastGood = slot.Latest is { } latest ? WithOrigin(latest.Found, slot) : null, DeletedAt = slot.DeletedAt };

    private static bool IsDefinite(Slot slot) => slot.State is not (null or SecretState.Unavailable { Definite: false });
}
