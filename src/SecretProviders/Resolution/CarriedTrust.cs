namespace SecretProviders.Resolution;

/// <summary>Which find's trust a leaf's decision brings along.</summary>
internal static class CarriedTrust
{
    /// <summary>Adds the winner's trust; a winner without trust leaves the last one, unless its source took that back.</summary>
    /// <param name="decision">The decision about the leaf.</param>
    /// <param name="input">What it was made of.</param>
    /// <param name="winner">The winner's place.</param>
    /// <param name="won">What won, or null.</param>
    public static NameResolution WithTrust(this NameResolution decision, RuleInput input, int winner, SecretState.Found? won)
    {
        if (won?.Trust is not null)
        {
            return At(decision, input, winner, won);
        }

        // A slot that held trust and is empty now was told to forget it: redacted or revoked.
        if (input.Previous is { TrustCarrier: { } last, TrustPlace: var place } && input.Slots[place].Latest is not null)
        {
            return At(decision, input, place, last);
        }

        if (won is null)
        {
            for (place = 0; place < input.Slots.Length; place++)
            {
                if (input.Slots[place].Latest is { Found: { Trust: not null } found })
                {
                    return At(decision, input, place, SlotProblems.WithOrigin(found, input.Slots[place]));
                }
            }
        }

        return decision;
    }

    /// <summary>Keeps the last trust while nothing is decided, for the decision to come.</summary>
    public static NameResolution KeepingTrust(this NameResolution pending, RuleInput input) =>
        input.Previous is { TrustCarrier: { } last, TrustPlace: var place } && input.Slots[place].Latest is not null
            ? At(pending, input, place, last)
            : pending;

    /// <summary>Returns what is left of a decision when its route's slots change: the trust, if its slot is still there.</summary>
    /// <param name="decision">The decision, or null.</param>
    /// <param name="newPlace">The new place of a slot, or less than zero.</param>
    public static NameResolution? Moved(NameResolution? decision, Func<int, int> newPlace) =>
        decision is { TrustCarrier: not null } && newPlace(decision.TrustPlace) is >= 0 and var place
            ? NameResolution.Pending(null, "The routes were replaced.") with { TrustCarrier = decision.TrustCarrier, TrustPlace = place }
            : null;

    private static NameResolution At(NameResolution decision, RuleInput input, int place, SecretState.Found carrier) =>
        decision with { TrustCarrier = carrier, TrustPlace = place, TrustDeletedAt = input.Slots[place].DeletedAt };
}
