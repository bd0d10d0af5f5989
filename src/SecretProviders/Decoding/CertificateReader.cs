using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Decoding;

/// <summary>Public DER values: certificates and revocation lists (RFC 5280).</summary>
internal static class CertificateReader
{
    public static EncodedCertificate ReadCertificate(ReadOnlySpan<byte> der, string where)
    {
        try
        {
            return new EncodedCertificate(der);
        }
        catch (CryptographicException)
        {
            throw new UnsoundSecretException(SecretProblemCode.Malformed, where, "the certificate cannot be read; write it again as a whole.");
        }
    }

    public static ReadOnlyMemory<byte> ReadRevocationList(ReadOnlySpan<byte> der, string where)
    {
        try
        {
            CertificateRevocationListBuilder.Load(der, out _, out var read);
            if (read == der.Length)
            {
                return der.ToArray();
            }
        }
        catch (CryptographicException)
        {
            // Same remedy as for bytes left over.
        }

        throw new UnsoundSecretException(SecretProblemCode.Malformed, where, "the revocation list cannot be read; write it again as a whole.");
    }
}
