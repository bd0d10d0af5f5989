namespace SecretProviders.Vault.Auth;

/// <summary>Decides when a token is renewed and when it is replaced. Pure.</summary>
internal static class TokenLife
{
    // Never before half of a life is over, so that there is at most one renewal in each half; a third is left to try again.
    private const double LatestShare = 2.0 / 3;
    private const double JitterShare = 0.1;

    // After a renewal that gives less than this share of a whole life, the next one would give less still.
    private const double WorthRenewing = 0.5;

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
}
