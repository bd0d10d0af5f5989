using SecretProviders.Verification;

namespace SecretProviders.Xds.Identities;

/// <summary>Finds the SPIFFE ID of a workload among the names of a certificate.</summary>
internal static class WorkloadIdentity
{
    /// <summary>
    /// Gets the SPIFFE ID, or null: exactly one URI, and a path, since an ID without one is an authority's and
    /// identifies nobody (X.509-SVID, sections 2 and 5.2).
    /// </summary>
    public static SpiffeId? Of(CertificateNames names) =>
        names.Uris is [{ } uri] && SpiffeId.TryParse(uri, out var id, out _) && !id.IsTrustDomain ? id : null;

    /// <summary>Gets the name of the trust domain of the SPIFFE ID, or null.</summary>
    public static string? TrustDomainOf(CertificateNames names) => Of(names)?.TrustDomain.Name;
}
