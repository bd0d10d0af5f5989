using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Xds.Identities;

namespace SecretProviders.AspNetCore.Sds;

/// <summary>Finds the identity in a client certificate that TLS has already verified.</summary>
internal static class CertificateIdentity
{
    /// <summary>Gets the SPIFFE ID, else the first DNS name, else null.</summary>
    public static string? Of(X509Certificate2 certificate)
    {
        var names = CertificateNames.Of(certificate);
        return IdIn(names.Uris)?.ToString() ?? names.DnsNames.FirstOrDefault();
    }

    /// <summary>Gets the trust domain of the SPIFFE ID, or null when the certificate has none.</summary>
    public static string? TrustDomainOf(X509Certificate2 certificate) => IdIn(CertificateNames.Of(certificate).Uris)?.TrustDomain.Name;

    // Exactly one URI, and a path: an ID without one is an authority's and identifies nobody (X.509-SVID, sections 2 and 5.2).
    private static SpiffeId? IdIn(ImmutableArray<string> uris) =>
        uris is [{ } uri] && SpiffeId.TryParse(uri, out var id, out _) && !id.IsTrustDomain ? id : null;
}
