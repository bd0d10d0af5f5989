namespace SecretProviders.Resolution;

/// <summary>What a slot has to offer at one moment, after retention and staleness had their say.</summary>
/// <param name="Candidate">What may be served, valid in time, or null.</param>
/// <param name="Expired">What could be served if nothing valid is to be had, or null.</param>
/// <param name="Until">When the offer changes by time alone, or null.</param>
internal readonly record struct Offer(Candidate? Candidate, Candidate? Expired, DateTimeOffset? Until)
{
    /// <summary>How long deleted trust is kept unless the route says otherwise.</summary>
    public static readonly TimeSpan TrustRetention = TimeSpan.FromHours(48);

    public static Offer Of(Slot slot, SecretRoute route, DateTimeOffset now)
    {
        var end = EndOf(slot, route);
        if (slot.Sort is SlotSort.Pending or SlotSort.NotFound || end <= now)
        {
            return default;
        }

        var valid = slot.Valid(now);
        return new Offer(valid, valid is null ? slot.Expired(now) : null, Instants.Earliest(Instants.Future(end, now), slot.NextValidityChange(now)));
    }

    /// <summary>Returns when the slot's last good secret is given up, whatever else happens.</summary>
    private static DateTimeOffset EndOf(Slot slot, SecretRoute route)
    {
        if (slot.DeletedAt is { } deletedAt)
        {
            // Deletion counts through an outage that follows it: the grace runs from the deletion, and by no rule longer.
            return Instants.After(deletedAt, RetentionOf(route, slot.Latest?.Secret.Kind));
        }

        return slot is { StaleSince: { } since, Sort: not SlotSort.Found } && route.MaxStale is { } maxStale
            ? Instants.After(since, maxStale)
            : DateTimeOffset.MaxValue;
    }

    public static TimeSpan RetentionOf(SecretRoute route, SecretKind? kind) =>
        route.RetainRemoved ?? (kind == SecretKind.ValidationContext ? TrustRetention : TimeSpan.Zero);
}
