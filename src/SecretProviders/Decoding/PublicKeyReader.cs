using System.Security.Cryptography;

namespace SecretProviders.Decoding;

/// <summary>The public key of a certificate in a form that can be compared.</summary>
internal static class PublicKeyReader
{
    /// <summary>
    /// Reads a certificate's public key as SubjectPublicKeyInfo (RFC 5280), written anew for RSA and elliptic curves, so
    /// that what issuers may write differently (a curve by its parameters instead of its name) makes no difference.
    /// </summary>
    public static ReadOnlyMemory<byte> Read(EncodedCertificate encoded)
    {
        using var certificate = encoded.Load();
        try
        {
            using var rsa = certificate.PublicKey.GetRSAPublicKey();
            if (rsa is not null)
            {
                return rsa.ExportSubjectPublicKeyInfo();
            }

            using var elliptic = certificate.PublicKey.GetECDsaPublicKey();
            if (elliptic is not null)
            {
                return elliptic.ExportSubjectPublicKeyInfo();
            }
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            // A curve this platform has not: as it is written is as good as it gets.
        }

        return certificate.PublicKey.ExportSubjectPublicKeyInfo();
    }
}
