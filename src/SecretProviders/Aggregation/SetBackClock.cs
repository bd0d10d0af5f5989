namespace SecretProviders.Aggregation;

/// <summary>
/// Notices that the clock was set back, by comparing it with timestamps, which nobody sets: what counts from an instant
/// that has not come yet would last so much longer. Guarded by the aggregate's gate.
/// </summary>
internal sealed class SetBackClock(TimeProvider timeProvider)
{
    // Clocks are always being adjusted a little; a wait may be so much longer.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private DateTimeOffset _instant = timeProvider.GetUtcNow();
    private long _timestamp = timeProvider.GetTimestamp();

    /// <summary>Returns, once, by how much the clock was set back; null when it was not.</summary>
    public TimeSpan? Take()
    {
        var timestamp = timeProvider.GetTimestamp();
        var instant = timeProvider.GetUtcNow();
        if (timeProvider.GetElapsedTime(timestamp) > Tolerance / 2)
        {
            // Held up between two looks, which then say nothing about each other.
            return null;
        }

        var ahead = instant - _instant - timeProvider.GetElapsedTime(_timestamp, timestamp);
        if (ahead.Duration() < Tolerance)
        {
            return null;
        }

        (_instant, _timestamp) = (instant, timestamp);
        return ahead < TimeSpan.Zero ? -ahead : null;
    }
}
