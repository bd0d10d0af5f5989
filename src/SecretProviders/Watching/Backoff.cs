namespace SecretProviders.Watching;

/// <summary>How long to wait after failures in a row: doubling up to a limit, each wait somewhere in its upper half. Pure.</summary>
/// <param name="Initial">The longest wait after the first failure.</param>
/// <param name="Maximum">The longest wait of all.</param>
public readonly record struct Backoff(TimeSpan Initial, TimeSpan Maximum)
{
    /// <summary>What every source uses: 100 ms doubling to 30 s.</summary>
    public static readonly Backoff Default = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30));

    // A store's wish is honoured, but a mistaken header must not silence a source for a day.
    private static readonly TimeSpan LongestWish = TimeSpan.FromHours(1);

    /// <summary>Gets the wait before the next attempt.</summary>
    /// <param name="failures">How many attempts in a row failed; at least 1.</param>
    /// <param name="random">A number from 0 to 1, so that many clients do not come back at once.</param>
    /// <param name="retryAfter">How long the store asks us to wait, or null; at most an hour of it is honoured.</param>
    public TimeSpan Wait(int failures, double random, TimeSpan? retryAfter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var longest = Math.Min(Initial.Ticks * Math.Pow(2, failures - 1), Maximum.Ticks);
        var own = TimeSpan.FromTicks((long)(longest * (1 + Math.Clamp(random, 0, 1)) / 2));
        var wish = retryAfter is { } asked && asked < LongestWish ? asked : retryAfter is null ? TimeSpan.Zero : LongestWish;
        return own > wish ? own : wish;
    }
}
