namespace SecretProviders.Decoding;

/// <summary>Reads fields for what they hold, PEM or DER, without a judgement on what belongs there.</summary>
internal static class FieldContentReader
{
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> Utf16Mark => [0xFF, 0xFE];

    public static FieldContent Read(SecretFields fields, params IEnumerable<string> names)
    {
        var content = new FieldContent();
        foreach (var name in names)
        {
            Read(fields.Find(name)!.GetSpan(), fields.Where(name), content);
        }

        return content;
    }

    private static void Read(ReadOnlySpan<byte> bytes, string where, FieldContent content)
    {
        bytes = bytes.StartsWith(Utf8Mark) ? bytes[Utf8Mark.Length..] : bytes;
        if (bytes.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new UnsoundSecretException(SecretProblemCode.Incomplete, where, "it is empty; write its content.");
        }

        if (PemBlocks.IsIn(bytes))
        {
            foreach (var block in new PemBlocks(bytes, where))
            {
                ReadBlock(block, content);
            }
        }
        else if (DerValues.IsIn(bytes))
        {
            DerValues.Read(bytes, where, content);
        }
        else
        {
            throw new UnsoundSecretException(SecretProblemCode.Malformed, where, bytes.StartsWith(Utf16Mark)
                ? "it is UTF-16 text; save it as UTF-8."
                : "it is neither PEM nor DER; write certificates and keys as PEM, or name the right kind for this secret.");
        }
    }

    private static void ReadBlock(PemBlock block, FieldContent content)
    {
        var where = block.Where;
        switch (block.Label)
        {
            case "CERTIFICATE" or "X509 CERTIFICATE":
                block.Decode((where, content), static (der, to) => to.content.Certificates.Add((CertificateReader.ReadCertificate(der, to.where), to.where)));
                break;
            case "PRIVATE KEY":
                block.Decode((where, content), static (der, to) => to.content.Keys.Add((PrivateKeyReader.ReadPkcs8(der, to.where), to.where)));
                break;
            case "RSA PRIVATE KEY":
                block.Decode((where, content), static (der, to) => to.content.Keys.Add((PrivateKeyReader.ReadPkcs1(der, to.where), to.where)));
                break;
            case "EC PRIVATE KEY":
                block.Decode((where, content), static (der, to) => to.content.Keys.Add((PrivateKeyReader.ReadSec1(der, to.where), to.where)));
                break;
            case "X509 CRL":
                block.Decode((where, content), static (der, to) => to.content.RevocationLists.Add(CertificateReader.ReadRevocationList(der, to.where)));
                break;
            case "EC PARAMETERS" or "DH PARAMETERS":
                // Tools write them beside a key; the key itself names its curve.
                break;
            case "ENCRYPTED PRIVATE KEY":
                throw new UnsoundSecretException(SecretProblemCode.Malformed, where, PrivateKeyReader.EncryptedMessage);
            case var label:
                throw new UnsoundSecretException(
                    SecretProblemCode.Malformed, where, $"a block of the sort '{label}' does not belong here; keep certificates, private keys and revocation lists.");
        }
    }
}
