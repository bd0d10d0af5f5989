namespace SecretProviders.Resolution;

/// <summary>The wait for a source's first answer (gRPC A71: a higher source that is merely slow must not lose its place).</summary>
internal static class FirstAnswer
{
    /// <summary>Tells whether the others still wait for this slot: it is silent, or unavailable in a way that may pass.</summary>
    public static bool IsAwaited(Slot slot, SecretRoute route, DateTimeOffset now) =>
        !slot.HasAnswered && now < EndOf(slot, route);

    public static DateTimeOffset EndOf(Slot slot, SecretRoute route) => Instants.After(slot.Started, route.FirstAnswer);
}
