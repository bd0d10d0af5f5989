namespace SecretProviders.Watching;

/// <summary>The rule by which what a store says now becomes the state that a watcher sees. Pure.</summary>
internal static class SecretStateSequence
{
    /// <summary>Completes what the store said with what must travel from the state before.</summary>
    /// <param name="previous">The state before, made by this method, or null at the start of a watch.</param>
    /// <param name="said">What the store says now.</param>
    /// <param name="now">The instant of a deletion that <paramref name="said"/> does not date.</param>
    public static SecretState Next(SecretState? previous, SecretState said, DateTimeOffset now) => said switch
    {
        SecretState.Found => Complete(said, lastGood: null, deletedAt: null),
        SecretState.NotFound when WasFound(previous) => Gone(previous!, said, now),
        SecretState.Removed { Reason: RemovalReason.Deleted } => Deleted(previous, said, now),
        SecretState.Removed => Complete(said, lastGood: null, said.DeletedAt ?? previous?.DeletedAt),
        _ => Complete(said, said.LastGood ?? previous?.LastGood, said.DeletedAt ?? previous?.DeletedAt),
    };

    private static bool WasFound(SecretState? previous) =>
        previous is SecretState.Removed || previous?.LastGood is not null || previous?.DeletedAt is not null;

    // Absence after a redaction or a revocation says nothing new: the stronger reason stays.
    private static SecretState Gone(SecretState previous, SecretState said, DateTimeOffset now) =>
        previous is SecretState.Removed
            ? previous
            : Deleted(previous, new SecretState.Removed(RemovalReason.Deleted) { LastGood = said.LastGood, DeletedAt = said.DeletedAt }, now);

    private static SecretState Deleted(SecretState? previous, SecretState said, DateTimeOffset now) =>
        Complete(said, said.LastGood ?? previous?.LastGood, said.DeletedAt ?? previous?.DeletedAt ?? now);

    private static SecretState Complete(SecretState said, SecretState.Found? lastGood, DateTimeOffset? deletedAt)
    {
        var unchanged = said.DeletedAt == deletedAt && (said is SecretState.Found || ReferenceEquals(said.LastGood, lastGood));
        return unchanged ? said : said with { LastGood = lastGood, DeletedAt = deletedAt };
    }
}
