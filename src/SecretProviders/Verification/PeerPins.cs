using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Verification;

/// <summary>Digests of certificates and of public keys, of which a peer's must be one: it may be of either sort, as in Envoy.</summary>
internal sealed class PeerPins
{
    private readonly ImmutableHashSet<string> _certificates;
    private readonly ImmutableHashSet<string> _keys;

    /// <summary>Reads pins.</summary>
    /// <exception cref="UnusableTrustException">One of them is no SHA-256 digest.</exception>
    public PeerPins(ValidationContext trust)
    {
        _certificates = [.. trust.CertificateHashes.Select(static pin => Read(pin, "hexadecimal", Convert.FromHexString, pin.Replace(":", string.Empty, StringComparison.Ordinal)))];
        _keys = [.. trust.SpkiHashes.Select(static pin => Read(pin, "base64", Convert.FromBase64String, pin))];
    }

    /// <summary>Gets a value indicating whether any certificate will do.</summary>
    public bool IsEmpty => _certificates.IsEmpty && _keys.IsEmpty;

    /// <summary>Tells whether a peer's own certificate is one of the pinned ones.</summary>
    public bool Accept(X509Certificate2 certificate) =>
        IsEmpty
        || _certificates.Contains(Digest(certificate.RawDataMemory.Span))
        || _keys.Contains(Digest(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static string Digest(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content));

    private static string Read(string pin, string form, Func<string, byte[]> decode, string text)
    {
        try
        {
            if (decode(text) is { Length: SHA256.HashSizeInBytes } digest)
            {
                return Convert.ToHexString(digest);
            }
        }
        catch (FormatException)
        {
        }

        throw new UnusableTrustException($"holds the pin '{pin}', which is not a SHA-256 digest in {form} form");
    }
}
