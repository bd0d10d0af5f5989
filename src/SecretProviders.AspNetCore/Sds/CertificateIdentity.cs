using System.Security.Cryptography.X509Certificates;
using SecretProviders.Verification;
using SecretProviders.Xds.Identities;

namespace SecretProviders.AspNetCore.Sds;

/// <summary>Finds the identity in a client certificate that TLS has already verified.</summary>
internal static class CertificateIdentity
{
    /// <summary>Gets the SPIFFE ID, else the first DNS name, else null.</summary>
    public static string? Of(X509Certificate2 certificate)
    {
        var names = CertificateNames.Of(certificate);
        return WorkloadIdentity.Of(names)?.ToString() ?? names.DnsNames.FirstOrDefault();
    }
}
