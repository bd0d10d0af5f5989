namespace SecretProviders.Decoding;

/// <summary>The public key of a certificate in a form that can be compared.</summary>
internal static class PublicKeyReader
{
    /// <summary>
    /// Reads a certificate's public key as SubjectPublicKeyInfo (RFC 5280), written anew for RSA and elliptic curves, so
    /// that optional parts which issuers write differently (a compressed point, absent RSA parameters) make no difference.
    /// </summary>
    public static ReadOnlyMemory<byte> Read(EncodedCertificate encoded)
    {
        using var certificate = encoded.Load();
        using var rsa = certificate.PublicKey.GetRSAPublicKey();
        if (rsa is not null)
        {
            return rsa.ExportSubjectPublicKeyInfo();
        }

        using var elliptic = certificate.PublicKey.GetECDsaPublicKey();
        return elliptic is not null ? elliptic.ExportSubjectPublicKeyInfo() : certificate.PublicKey.ExportSubjectPublicKeyInfo();
    }
}
