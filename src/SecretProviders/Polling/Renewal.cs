namespace SecretProviders.Polling;

/// <summary>When to renew what a read created, and when it ends. Pure.</summary>
internal static class Renewal
{
    private const double JitterShare = 0.1;
    private static readonly TimeSpan ShortestMargin = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets the instant of the renewal: within the tenth of its life that ends at the latest instant that still
    /// leaves time to try again, <c>NotAfter - min(life/3, max(15 min, life/10))</c>.
    /// </summary>
    /// <param name="notBefore">The beginning of its life.</param>
    /// <param name="notAfter">The end of its life.</param>
    /// <param name="jitter">A number from 0 to 1, so that what was created together is not renewed together.</param>
    public static DateTimeOffset NextAt(DateTimeOffset notBefore, DateTimeOffset notAfter, double jitter)
    {
        var life = notAfter - notBefore;
        if (life <= TimeSpan.Zero)
        {
            return notAfter;
        }

        var tenth = life / 10;
        var margin = tenth > ShortestMargin ? tenth : ShortestMargin;
        var latest = notAfter - (margin < life / 3 ? margin : life / 3);
        return latest - (life * JitterShare * Math.Clamp(jitter, 0, 1));
    }

    /// <summary>
    /// Gets the instant of the renewal of a secret, or null when it has no end. One that is old when it comes, as by a
    /// clock that is ahead or by a beginning that is dated back, has what is left of it for its life when it were to be
    /// renewed within a third of that: else it would be created again and again.
    /// </summary>
    /// <param name="found">The secret.</param>
    /// <param name="readAt">When it was read: a lease begins then, a certificate says itself.</param>
    /// <param name="jitter">A number from 0 to 1.</param>
    public static DateTimeOffset? NextAt(SecretState.Found found, DateTimeOffset readAt, double jitter)
    {
        if (EndOf(found) is not { } end)
        {
            return null;
        }

        var next = NextAt((found.Secret as TlsCertificate)?.Leaf.NotBefore ?? readAt, end, jitter);
        if (next >= readAt + ((end - readAt) / 3) || end <= readAt)
        {
            return next;
        }

        var late = NextAt(readAt, end, jitter);
        return late > readAt + ShortestWait ? late : readAt + ShortestWait;
    }

    /// <summary>
    /// Gets the longest wait before what failed is tried again: a quarter of what is left of the life of the secret
    /// that we have, so that an outage of two thirds of that is overcome; but no busy loop at its very end.
    /// </summary>
    /// <param name="lastGood">What we have, or null.</param>
    /// <param name="now">The present.</param>
    /// <returns>The wait, or null when nothing ends.</returns>
    public static TimeSpan? LongestWait(SecretState.Found? lastGood, DateTimeOffset now)
    {
        if (lastGood is not { Minted: true } || EndOf(lastGood) is not { } end || end <= now)
        {
            return null;
        }

        var quarter = (end - now) / 4;
        return quarter > ShortestWait ? quarter : ShortestWait;
    }

    /// <summary>Gets when a secret ends, by its lease or its certificate, whichever is first; null when it does not.</summary>
    /// <param name="found">The secret.</param>
    public static DateTimeOffset? EndOf(SecretState.Found found)
    {
        var certificate = (found.Secret as TlsCertificate)?.Leaf.NotAfter;
        return certificate is null || found.ValidUntil < certificate ? found.ValidUntil : certificate;
    }
}
