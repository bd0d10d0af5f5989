using System.Formats.Asn1;

namespace SecretProviders.Decoding;

/// <summary>The frame of a PKCS#8 private key, <c>OneAsymmetricKey</c> of RFC 5958, read without its algorithm.</summary>
internal static class AsymmetricKeyPackage
{
    private static readonly Asn1Tag PublicKeyTag = new(TagClass.ContextSpecific, 1);

    /// <summary>Reads the object identifier of the key's algorithm.</summary>
    /// <exception cref="AsnContentException">This is no such frame.</exception>
    public static string ReadAlgorithm(ReadOnlySpan<byte> der)
    {
        var algorithm = AlgorithmAndRest(der, out _);
        AsnDecoder.ReadSequence(algorithm, AsnEncodingRules.BER, out var offset, out var length, out _);
        return AsnDecoder.ReadObjectIdentifier(algorithm.Slice(offset, length), AsnEncodingRules.BER, out _);
    }

    /// <summary>Reads the public key that version 2 of the frame may carry, as SubjectPublicKeyInfo; null if there is none.</summary>
    /// <exception cref="AsnContentException">This is no such frame.</exception>
    public static byte[]? ReadPublicKey(ReadOnlySpan<byte> der)
    {
        var algorithm = AlgorithmAndRest(der, out var rest);
        while (!rest.IsEmpty)
        {
            var tag = AsnDecoder.ReadEncodedValue(rest, AsnEncodingRules.BER, out _, out _, out var consumed);
            if (tag == PublicKeyTag)
            {
                var publicKey = AsnDecoder.ReadBitString(rest, AsnEncodingRules.BER, out var unusedBits, out _, PublicKeyTag);
                var writer = new AsnWriter(AsnEncodingRules.DER);
                using (writer.PushSequence())
                {
                    writer.WriteEncodedValue(algorithm);
                    writer.WriteBitString(publicKey, unusedBits);
                }

                return writer.Encode();
            }

            rest = rest[consumed..];
        }

        return null;
    }

    private static ReadOnlySpan<byte> AlgorithmAndRest(ReadOnlySpan<byte> der, out ReadOnlySpan<byte> rest)
    {
        AsnDecoder.ReadSequence(der, AsnEncodingRules.BER, out var offset, out var length, out var total);
        if (total != der.Length)
        {
            throw new AsnContentException("There are bytes after the end of the key.");
        }

        var content = der.Slice(offset, length);
        AsnDecoder.ReadIntegerBytes(content, AsnEncodingRules.BER, out var versionLength);
        content = content[versionLength..];
        AsnDecoder.ReadSequence(content, AsnEncodingRules.BER, out _, out _, out var algorithmLength);
        rest = content[algorithmLength..];
        return content[..algorithmLength];
    }
}
