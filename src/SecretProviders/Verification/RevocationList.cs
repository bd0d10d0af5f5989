using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Verification;

/// <summary>One complete certificate revocation list (RFC 5280, section 5), read once and looked at in each handshake.</summary>
internal sealed class RevocationList
{
    // RSASSA-PKCS1-v1_5 and ECDSA with the SHA-2 family. SHA-1 proves nothing any more.
    private static readonly ImmutableDictionary<string, (HashAlgorithmName Hash, bool IsRsa)> Algorithms = new Dictionary<string, (HashAlgorithmName, bool)>
    {
        ["1.2.840.113549.1.1.11"] = (HashAlgorithmName.SHA256, true),
        ["1.2.840.113549.1.1.12"] = (HashAlgorithmName.SHA384, true),
        ["1.2.840.113549.1.1.13"] = (HashAlgorithmName.SHA512, true),
        ["1.2.840.10045.4.3.2"] = (HashAlgorithmName.SHA256, false),
        ["1.2.840.10045.4.3.3"] = (HashAlgorithmName.SHA384, false),
        ["1.2.840.10045.4.3.4"] = (HashAlgorithmName.SHA512, false),
    }.ToImmutableDictionary();

    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 0);
    private readonly HashSet<string> _serialNumbers = [];
    private readonly ReadOnlyMemory<byte> _issuer;
    private readonly HashAlgorithmName _hashAlgorithm;
    private readonly bool _isRsa;
    private readonly byte[] _hash;
    private readonly byte[] _signature;

    /// <summary>Reads a list.</summary>
    /// <exception cref="UnusableTrustException">It cannot be read, or holds what is not understood and must not be passed over.</exception>
    public RevocationList(ReadOnlyMemory<byte> der)
    {
        try
        {
            var list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var signed = list.PeekEncodedValue();
            var content = list.ReadSequence();
            (_hashAlgorithm, _isRsa) = Algorithm(list.ReadSequence().ReadObjectIdentifier());
            _signature = list.ReadBitString(out _);
            _hash = CryptographicOperations.HashData(_hashAlgorithm, signed.Span);
            if (content.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
            {
                content.ReadInteger();
            }

            content.ReadSequence();
            _issuer = content.ReadEncodedValue();
            ThisUpdate = ReadTime(content);
            NextUpdate = content.HasData && IsTime(content.PeekTag()) ? ReadTime(content) : null;
            ReadEntries(content);
        }
        catch (AsnContentException)
        {
            throw new UnusableTrustException("holds a revocation list that cannot be read");
        }
    }

    /// <summary>Gets the instant from which it holds.</summary>
    public DateTimeOffset ThisUpdate { get; }

    /// <summary>Gets the instant by which its issuer promised the next one, or null.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>Tells whether it is the list of an authority: by name, by the authority's right to sign lists, and by signature.</summary>
    public bool IsOf(X509Certificate2 authority) =>
        _issuer.Span.SequenceEqual(authority.SubjectName.RawData) && MaySign(authority) && IsSignedBy(authority);

    /// <summary>Tells whether it holds now.</summary>
    public bool IsCurrent(DateTimeOffset now) => ThisUpdate <= now && (NextUpdate is null || now <= NextUpdate);

    /// <summary>Tells whether it lists a certificate of its issuer.</summary>
    public bool Lists(X509Certificate2 certificate) => _serialNumbers.Contains(Convert.ToHexString(certificate.SerialNumberBytes.Span));

    private static bool MaySign(X509Certificate2 authority) =>
        authority.Extensions.OfType<X509KeyUsageExtension>().All(static usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign));

    private static (HashAlgorithmName Hash, bool IsRsa) Algorithm(string identifier) => Algorithms.TryGetValue(identifier, out var algorithm)
        ? algorithm
        : throw new UnusableTrustException($"holds a revocation list that is signed with {identifier}, which is not understood; sign it with RSA or ECDSA and SHA-256 or better");

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private void ReadEntries(AsnReader content)
    {
        if (content.HasData && content.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            var entries = content.ReadSequence();
            while (entries.HasData)
            {
                var entry = entries.ReadSequence();
                _serialNumbers.Add(Convert.ToHexString(entry.ReadIntegerBytes().Span));
                ReadTime(entry);
                RefuseCritical(entry.HasData ? entry : null);
            }
        }

        if (content.HasData)
        {
            RefuseCritical(content.ReadSequence(Extensions));
        }
    }

    // A part of a list, a difference to a list, or a list for others: taken for a whole one it would let the revoked in.
    private static void RefuseCritical(AsnReader? holder)
    {
        var extensions = holder?.ReadSequence();
        while (extensions?.HasData == true)
        {
            var extension = extensions.ReadSequence();
            var identifier = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean())
            {
                throw new UnusableTrustException($"holds a revocation list with the critical extension {identifier}, which is not understood; give it complete lists");
            }
        }
    }

    private bool IsSignedBy(X509Certificate2 authority)
    {
        if (_isRsa)
        {
            using var rsa = authority.GetRSAPublicKey();
            return rsa?.VerifyHash(_hash, _signature, _hashAlgorithm, RSASignaturePadding.Pkcs1) == true;
        }

        using var ecdsa = authority.GetECDsaPublicKey();
        return ecdsa?.VerifyHash(_hash, _signature, DSASignatureFormat.Rfc3279DerSequence) == true;
    }
}
