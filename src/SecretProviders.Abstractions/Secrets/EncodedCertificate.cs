using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders;

/// <summary>
/// One X.509 certificate as its DER bytes (RFC 5280), parsed once to prove that it is one.
/// Immutable, equal by its bytes, safe to share between threads.
/// </summary>
public sealed class EncodedCertificate : IEquatable<EncodedCertificate>
{
    private readonly byte[] _der;

    /// <summary>Copies and parses one certificate.</summary>
    /// <param name="der">Exactly one DER-encoded certificate, nothing after it.</param>
    /// <exception cref="CryptographicException">The bytes are not exactly one certificate.</exception>
    public EncodedCertificate(ReadOnlySpan<byte> der)
    {
        RequireOneValue(der);
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        _der = der.ToArray();
        NotBefore = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        NotAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        Subject = certificate.Subject;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(_der));
    }

    /// <summary>Gets the certificate's DER bytes.</summary>
    public ReadOnlyMemory<byte> Der => _der;

    /// <summary>Gets the SHA-256 digest of the DER bytes, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>Gets the first instant at which the certificate is valid.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>Gets the last instant at which the certificate is valid.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>Gets the subject's distinguished name.</summary>
    public string Subject { get; }

    /// <summary>Makes a certificate object of the BCL; the caller disposes it.</summary>
    public X509Certificate2 Load() => X509CertificateLoader.LoadCertificate(_der);

    /// <summary>Encodes the certificate as one PEM block (RFC 7468), ended by a line feed.</summary>
    public string ToPem() => string.Concat(PemEncoding.WriteString("CERTIFICATE", _der), "\n");

    /// <inheritdoc/>
    public bool Equals(EncodedCertificate? other) => other is not null && (ReferenceEquals(this, other) || Sha256 == other.Sha256);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EncodedCertificate);

    /// <inheritdoc/>
    public override int GetHashCode() => Sha256.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Subject} ({Sha256[..12]})";

    // X509CertificateLoader also takes PEM and ignores trailing bytes; a secret must not hide either.
    private static void RequireOneValue(ReadOnlySpan<byte> der)
    {
        try
        {
            AsnDecoder.ReadSequence(der, AsnEncodingRules.DER, out _, out _, out var consumed);
            if (consumed == der.Length)
            {
                return;
            }
        }
        catch (AsnContentException exception)
        {
            throw new CryptographicException("The bytes are not a DER-encoded certificate.", exception);
        }

        throw new CryptographicException("There are bytes after the end of the certificate.");
    }
}
