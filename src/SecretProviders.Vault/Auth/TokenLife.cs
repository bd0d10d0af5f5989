namespace SecretProviders.Vault.Auth;

/// <summary>Decides when a token is renewed and when it is replaced. Pure.</summary>
internal static class TokenLife
{
    // Never before half of a life is over, so that there is at most one renewal in each half; a third is left to try again.
    private const double LatestShare = 2.0 / 3;
    private const double JitterShare = 0.1;

    // After a renewal that gives less than this share of a whole life, the next one would give less still.
    private const double WorthRenewing = 0.5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    // What is left of a token that cannot be renewed is halved again and again, but not without end.
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(500);

    /// <summary>Decides what is next, and when.</summary>
    /// <param name="token">The token.</param>
    /// <param name="jitter">A number from 0 to 1, so that many tokens of one moment are not renewed in one moment.</param>
    public static (TokenStep Step, DateTimeOffset At) Next(VaultToken token, double jitter)
    {
        if (token.Ttl is not { } ttl)
        {
            return (TokenStep.Keep, DateTimeOffset.MaxValue);
        }

        var share = ttl * (LatestShare - (JitterShare * Math.Clamp(jitter, 0, 1)));
        var at = token.Since + (share > ShortestStep ? share : ShortestStep);
        return (token.Renewable && ttl >= token.FullTtl * WorthRenewing ? TokenStep.Renew : TokenStep.LogIn, at);
    }

    /// <summary>Says whether a token may still be shown.</summary>
    /// <param name="token">The token.</param>
    /// <param name="now">The present.</param>
    public static bool IsAlive(VaultToken token, DateTimeOffset now) => token.End is not { } end || now < end;

    /// <summary>Gets how long to wait after failures in a row: doubling from 100 ms to 30 s, each somewhere in its upper half.</summary>
    /// <param name="failures">How many, at least 1.</param>
    /// <param name="jitter">A number from 0 to 1.</param>
    /// <param name="wish">How long the server asks us to wait, or null.</param>
    public static TimeSpan Wait(int failures, double jitter, TimeSpan? wish)
    {
        var longest = Math.Min(FirstWait.Ticks * Math.Pow(2, failures - 1), LongestWait.Ticks);
        var own = TimeSpan.FromTicks((long)(longest * (1 + Math.Clamp(jitter, 0, 1)) / 2));
        return wish > own ? (wish < TimeSpan.FromHours(1) ? wish.Value : TimeSpan.FromHours(1)) : own;
    }
}
