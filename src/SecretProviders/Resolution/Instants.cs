namespace SecretProviders.Resolution;

/// <summary>Arithmetic on instants that may be missing.</summary>
internal static class Instants
{
    public static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other < one ? other ?? one : one;

    /// <summary>Returns the instant if it lies ahead.</summary>
    public static DateTimeOffset? Future(DateTimeOffset? instant, DateTimeOffset now) => instant > now && instant < DateTimeOffset.MaxValue ? instant : null;

    /// <summary>Returns the first instant at which an inclusive end is over.</summary>
    public static DateTimeOffset? JustAfter(DateTimeOffset? end) => end < DateTimeOffset.MaxValue ? end + TimeSpan.FromTicks(1) : null;

    /// <summary>Adds without overflowing: a grace of a thousand years means for ever.</summary>
    public static DateTimeOffset After(DateTimeOffset start, TimeSpan span) =>
        span >= DateTimeOffset.MaxValue - start ? DateTimeOffset.MaxValue : start + span;
}
