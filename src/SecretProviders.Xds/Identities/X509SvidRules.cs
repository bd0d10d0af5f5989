using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Verification;

namespace SecretProviders.Xds.Identities;

/// <summary>
/// The rules of the X.509-SVID specification for one certificate: each returns the first rule that is broken, with the
/// section that holds it, or null. Whether signatures hold and times are right is judged elsewhere. Pure.
/// </summary>
internal static class X509SvidRules
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Judges the certificate of a workload.</summary>
    /// <param name="certificate">The first of a chain.</param>
    /// <param name="id">Its SPIFFE ID, when no rule is broken.</param>
    public static string? LeafProblem(X509Certificate2 certificate, out SpiffeId? id)
    {
        id = null;
        try
        {
            return IdProblem(certificate, out id)
                ?? (IsAuthority(certificate) ? "it is marked as an authority, which a workload's certificate is not (X.509-SVID, section 4.1)" : null)
                ?? LeafUsageProblem(certificate)
                ?? LeafPurposeProblem(certificate);
        }
        catch (CryptographicException)
        {
            return "an extension of it cannot be read (RFC 5280, section 4.2)";
        }
    }

    /// <summary>Judges a certificate that signs others: an intermediate of a chain, or one of a bundle.</summary>
    public static string? SignerProblem(X509Certificate2 certificate)
    {
        try
        {
            return SignerBasicsProblem(certificate) ?? SignerIdProblem(certificate);
        }
        catch (CryptographicException)
        {
            return "an extension of it cannot be read (RFC 5280, section 4.2)";
        }
    }

    private static string? IdProblem(X509Certificate2 certificate, out SpiffeId? id)
    {
        id = null;
        var uris = CertificateNames.Of(certificate).Uris;
        if (uris is not [var uri])
        {
            return $"it has {uris.Length} URIs among its names where there is exactly one (X.509-SVID, section 2)";
        }

        if (!SpiffeId.TryParse(uri, out id, out var problem))
        {
            return $"its URI is no SPIFFE ID: {problem}";
        }

        return id.IsTrustDomain ? "its SPIFFE ID has no path, which a workload's has (X.509-SVID, section 3.1)" : null;
    }

    private static string? LeafUsageProblem(X509Certificate2 certificate) => KeyUsage(certificate) switch
    {
        null => "it has no key usage (X.509-SVID, section 4.3)",
        { Critical: false } => "its key usage is not marked critical (X.509-SVID, section 4.3)",
        { KeyUsages: var usages } when !usages.HasFlag(X509KeyUsageFlags.DigitalSignature) => "its key usage lacks digitalSignature (X.509-SVID, section 4.3)",
        { KeyUsages: var usages } when usages.HasFlag(X509KeyUsageFlags.KeyCertSign) => "its key usage has keyCertSign, which a workload's must not (X.509-SVID, section 4.3)",
        { KeyUsages: var usages } when usages.HasFlag(X509KeyUsageFlags.CrlSign) => "its key usage has cRLSign, which a workload's must not (X.509-SVID, section 4.3)",
        _ => null,
    };

    private static string? LeafPurposeProblem(X509Certificate2 certificate)
    {
        if (certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is not { } purposes)
        {
            return null;
        }

        var oids = purposes.EnhancedKeyUsages.Cast<Oid>().Select(static oid => oid.Value).ToHashSet(StringComparer.Ordinal);
        return oids.Contains(ServerAuthentication) && oids.Contains(ClientAuthentication)
            ? null
            : "its extended key usage lacks serverAuth or clientAuth, and has both or is left out (X.509-SVID, section 4.4)";
    }

    private static string? SignerBasicsProblem(X509Certificate2 certificate)
    {
        if (!IsAuthority(certificate))
        {
            return "it is not marked as an authority, so it is a leaf (X.509-SVID, section 4.1)";
        }

        // Roots that are no SVIDs themselves may do without the extension altogether (RFC 5280, section 4.2.1.3).
        return KeyUsage(certificate)?.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign) == false
            ? "its key usage lacks keyCertSign, which an authority's has (X.509-SVID, section 4.3)"
            : null;
    }

    private static string? SignerIdProblem(X509Certificate2 certificate)
    {
        var uris = CertificateNames.Of(certificate).Uris.Where(static uri => uri.StartsWith(SpiffeId.Scheme, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (uris.Length == 0)
        {
            return null;
        }

        // Some tools close the URI of an authority with a slash; that is no path, and refusing it would refuse the trust.
        return uris.Length > 1 ? $"it has {uris.Length} SPIFFE IDs where there is at most one (X.509-SVID, section 2)"
            : !SpiffeId.TryParse(uris[0].TrimEnd('/'), out var id, out var problem) ? $"its URI is no SPIFFE ID: {problem}"
            : !id.IsTrustDomain ? "its SPIFFE ID has a path, which an authority's must not (X.509-SVID, section 3.2)"
            : null;
    }

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(static constraints => constraints.CertificateAuthority);

    private static X509KeyUsageExtension? KeyUsage(X509Certificate2 certificate) => certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault();
}
