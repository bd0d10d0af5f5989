using System.Formats.Asn1;

namespace SecretProviders.Decoding;

/// <summary>DER values one after another, told apart by the tags they begin with.</summary>
internal static class DerValues
{
    private const byte SequenceTag = 0x30;
    private const int PersonalInformationExchange = 3;

    public static bool IsIn(ReadOnlySpan<byte> bytes) => bytes[0] == SequenceTag;

    public static void Read(ReadOnlySpan<byte> bytes, string where, FieldContent content)
    {
        while (!bytes.IsEmpty)
        {
            int length;
            try
            {
                AsnDecoder.ReadEncodedValue(bytes, AsnEncodingRules.BER, out _, out _, out length);
                ReadValue(bytes[..length], where, content);
            }
            catch (AsnContentException)
            {
                throw new UnsoundSecretException(
                    SecretProblemCode.Malformed, where, "it is not PEM, and as DER it is cut short or broken; write it again as a whole.");
            }

            bytes = bytes[length..];
        }
    }

    private static void ReadValue(ReadOnlySpan<byte> der, string where, FieldContent content)
    {
        AsnDecoder.ReadSequence(der, AsnEncodingRules.BER, out var offset, out var length, out _);
        var inner = der.Slice(offset, length);
        var first = Asn1Tag.Decode(inner, out _);
        AsnDecoder.ReadEncodedValue(inner, AsnEncodingRules.BER, out _, out _, out var firstLength);
        var second = Asn1Tag.Decode(inner[firstLength..], out _);
        if (first == Asn1Tag.Integer)
        {
            ReadNumbered(der, AsnDecoder.ReadIntegerBytes(inner, AsnEncodingRules.BER, out _)[^1], second, where, content);
        }
        else if (first == Asn1Tag.Sequence && second == Asn1Tag.Sequence)
        {
            ReadSigned(der, inner, where, content);
        }
        else
        {
            throw new UnsoundSecretException(
                SecretProblemCode.Malformed,
                where,
                first == Asn1Tag.Sequence && second == Asn1Tag.PrimitiveOctetString
                    ? PrivateKeyReader.EncryptedMessage
                    : "it is DER, but neither a certificate nor a private key nor a revocation list; convert it to PEM.");
        }
    }

    private static void ReadNumbered(ReadOnlySpan<byte> der, byte version, Asn1Tag second, string where, FieldContent content)
    {
        if (version == PersonalInformationExchange)
        {
            throw new UnsoundSecretException(
                SecretProblemCode.Malformed, where, "PKCS#12 is not read; convert it to PEM (openssl pkcs12 -in OLD -nodes -out NEW).");
        }

        var key = second == Asn1Tag.Sequence ? PrivateKeyReader.ReadPkcs8(der, where)
            : second == Asn1Tag.PrimitiveOctetString ? PrivateKeyReader.ReadSec1(der, where)
            : PrivateKeyReader.ReadPkcs1(der, where);
        content.Keys.Add((key, where));
    }

    // A v2 revocation list begins like a v1 certificate, with a number; the element behind it in a list is the
    // algorithm and in a certificate too. Only what follows tells: names in a list are followed by a time.
    private static void ReadSigned(ReadOnlySpan<byte> der, ReadOnlySpan<byte> inner, string where, FieldContent content)
    {
        if (IsRevocationList(inner))
        {
            content.RevocationLists.Add(CertificateReader.ReadRevocationList(der, where));
        }
        else
        {
            content.Certificates.Add((CertificateReader.ReadCertificate(der, where), where));
        }
    }

    private static bool IsRevocationList(ReadOnlySpan<byte> inner)
    {
        AsnDecoder.ReadSequence(inner, AsnEncodingRules.BER, out var offset, out var length, out _);
        var elements = inner.Slice(offset, length);
        for (var i = 0; i < 4 && !elements.IsEmpty; i++)
        {
            var tag = Asn1Tag.Decode(elements, out _);
            if (tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime)
            {
                return true;
            }

            AsnDecoder.ReadEncodedValue(elements, AsnEncodingRules.BER, out _, out _, out var consumed);
            elements = elements[consumed..];
        }

        return false;
    }
}
