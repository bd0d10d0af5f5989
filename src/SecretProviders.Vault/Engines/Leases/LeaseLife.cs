namespace SecretProviders.Vault.Engines.Leases;

/// <summary>Decides what becomes of a lease when its secret is read again. Pure.</summary>
internal static class LeaseLife
{
    // The source reads near the end of a life; who reads in its first half was woken for another reason.
    private const double Youth = 0.5;

    // After a renewal that gave less than this share of the first life, the next one would give less still (max_ttl):
    // new credentials come while the old ones have a good part of their life left.
    private const double WorthRenewing = 0.5;

    /// <summary>Decides what is next.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="now">The present.</param>
    public static LeaseStep Next(Lease lease, DateTimeOffset now)
    {
        if (lease.IsUnwanted || now >= lease.End)
        {
            return LeaseStep.Replace;
        }

        if (now < lease.Since + (lease.Ttl * Youth))
        {
            return LeaseStep.Keep;
        }

        return lease.Renewable && lease.Ttl >= lease.FullTtl * WorthRenewing ? LeaseStep.Renew : LeaseStep.Replace;
    }

    /// <summary>Makes the lease that a renewal gave.</summary>
    /// <param name="lease">The lease before.</param>
    /// <param name="ttl">How long it lives now.</param>
    /// <param name="renewable">Whether it can be renewed again.</param>
    /// <param name="since">When the renewal was asked for.</param>
    public static Lease Renewed(Lease lease, TimeSpan ttl, bool renewable, DateTimeOffset since) =>
        lease with { Since = since, Ttl = ttl, Renewable = renewable };
}
