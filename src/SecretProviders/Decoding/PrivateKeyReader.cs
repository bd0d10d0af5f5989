using System.Formats.Asn1;
using System.Security.Cryptography;

namespace SecretProviders.Decoding;

/// <summary>Private keys as PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) or SEC1 (RFC 5915), all made PKCS#8.</summary>
internal static class PrivateKeyReader
{
    /// <summary>What to do about a key behind a passphrase.</summary>
    public const string EncryptedMessage =
        "the private key is encrypted, and there is nobody to ask for its passphrase; store it decrypted (openssl pkey -in OLD -out NEW) and let the store protect it.";

    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string EllipticCurveOid = "1.2.840.10045.2.1";
    private const string UnreadableMessage = "the private key cannot be read; store an RSA key, or one of a well-known elliptic curve, as PKCS#8, PKCS#1 or SEC1.";

    private delegate void Import<TKey>(TKey key, ReadOnlySpan<byte> source, out int bytesRead);

    public static DecodedKey ReadPkcs8(ReadOnlySpan<byte> der, string where)
    {
        try
        {
            return AsymmetricKeyPackage.ReadAlgorithm(der) switch
            {
                RsaOid => ReadWith(RSA.Create(), der, static (key, source, out read) => key.ImportPkcs8PrivateKey(source, out read), where),
                EllipticCurveOid => ReadWith(ECDsa.Create(), der, static (key, source, out read) => key.ImportPkcs8PrivateKey(source, out read), where),
                var oid => ReadOther(der, oid, where),
            };
        }
        catch (AsnContentException)
        {
            throw new UnsoundSecretException(SecretProblemCode.Malformed, where, UnreadableMessage);
        }
    }

    public static DecodedKey ReadPkcs1(ReadOnlySpan<byte> der, string where) =>
        ReadWith(RSA.Create(), der, static (key, source, out read) => key.ImportRSAPrivateKey(source, out read), where);

    public static DecodedKey ReadSec1(ReadOnlySpan<byte> der, string where) =>
        ReadWith(ECDsa.Create(), der, static (key, source, out read) => key.ImportECPrivateKey(source, out read), where);

    private static DecodedKey ReadWith<TKey>(TKey key, ReadOnlySpan<byte> der, Import<TKey> import, string where)
        where TKey : AsymmetricAlgorithm
    {
        using (key)
        {
            try
            {
                // The BCL also proves that the private part belongs to the public one.
                import(key, der, out var read);
                if (read == der.Length)
                {
                    return new DecodedKey(Export(key, der.Length), key.ExportSubjectPublicKeyInfo());
                }
            }
            catch (Exception exception) when (exception is CryptographicException or PlatformNotSupportedException)
            {
                throw new UnsoundSecretException(SecretProblemCode.Malformed, where, UnreadableMessage);
            }
        }

        throw new UnsoundSecretException(SecretProblemCode.Malformed, where, "there are bytes after the end of the private key; remove them.");
    }

    // Written anew rather than kept, so that one key makes one secret, whatever form it was stored in.
    private static SensitiveBytes Export(AsymmetricAlgorithm key, int sizeHint)
    {
        for (var size = sizeHint + 256; ; size *= 2)
        {
            var buffer = GC.AllocateUninitializedArray<byte>(size, pinned: true);
            try
            {
                if (key.TryExportPkcs8PrivateKey(buffer, out var written))
                {
                    return SensitiveBytes.Copy(buffer.AsSpan(0, written));
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(buffer);
            }
        }
    }

    // No algorithm is refused for its own sake: one that the BCL lacks (Ed25519, for example) is served when the key
    // says which public key is its own, and that is the certificate's.
    private static DecodedKey ReadOther(ReadOnlySpan<byte> der, string oid, string where) =>
        AsymmetricKeyPackage.ReadPublicKey(der) is { } publicKey
            ? new DecodedKey(SensitiveBytes.Copy(der), publicKey)
            : throw new UnsoundSecretException(
                SecretProblemCode.Malformed,
                where,
                $"a private key of the algorithm {oid} cannot be matched to its certificate here; use an RSA or elliptic curve key, or PKCS#8 version 2, which carries the public key (RFC 5958).");
}
