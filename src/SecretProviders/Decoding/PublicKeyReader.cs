using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Decoding;

/// <summary>The public key of a certificate in a form that can be compared.</summary>
internal static class PublicKeyReader
{
    private const int FieldsBeforeTheKey = 5;
    private static readonly Asn1Tag Version = new(TagClass.ContextSpecific, 0);

    /// <summary>Tells whether a certificate is for a public key.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="publicKey">The key, in the form that <see cref="Read(EncodedCertificate)"/> gives to a certificate's.</param>
    // Nearly always it is written as we would write it, and to see that takes no parsing by the platform, which is slow.
    public static bool IsFor(EncodedCertificate certificate, ReadOnlyMemory<byte> publicKey) =>
        ReadAsWritten(certificate.Der).Span.SequenceEqual(publicKey.Span) || Read(certificate).Span.SequenceEqual(publicKey.Span);

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

    private static ReadOnlyMemory<byte> ReadAsWritten(ReadOnlyMemory<byte> der)
    {
        try
        {
            var fields = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
            if (fields.PeekTag().HasSameClassAndValue(Version))
            {
                fields.ReadEncodedValue();
            }

            for (var field = 0; field < FieldsBeforeTheKey; field++)
            {
                fields.ReadEncodedValue();
            }

            return fields.ReadEncodedValue();
        }
        catch (AsnContentException)
        {
            // The platform is more lenient.
            return default;
        }
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
