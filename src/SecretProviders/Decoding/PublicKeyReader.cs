using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Decoding;

/// <summary>The public key of a certificate in a form that can be compared.</summary>
internal static class PublicKeyReader
{
    /// <summary>Reads a public key that is SubjectPublicKeyInfo already; one that cannot be read is taken as it is.</summary>
    public static ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            return Read(PublicKey.CreateFromSubjectPublicKeyInfo(encoded.Span, out _));
        }
        catch (CryptographicException)
        {
            return encoded;
        }
    }

    /// <summary>
    /// Reads a certificate's public key as SubjectPublicKeyInfo (RFC 5280), written anew for RSA and elliptic curves, so
    /// that what issuers may write differently (a curve by its parameters instead of its name) makes no difference.
    /// </summary>
    public static ReadOnlyMemory<byte> Read(EncodedCertificate encoded)
    {
        using var certificate = encoded.Load();
        return Read(certificate.PublicKey);
    }

    private static byte[] Read(PublicKey key)
    {
        try
        {
            using var rsa = key.GetRSAPublicKey();
            if (rsa is not null)
            {
                return rsa.ExportSubjectPublicKeyInfo();
            }

            using var elliptic = key.GetECDsaPublicKey();
            if (elliptic is not null)
            {
                return elliptic.ExportSubjectPublicKeyInfo();
            }
        }
        catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
        {
            // A curve this platform has not: as it is written is as good as it gets.
        }

        return key.ExportSubjectPublicKeyInfo();
    }
}
