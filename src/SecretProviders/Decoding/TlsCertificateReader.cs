using System.Collections.Immutable;
using System.Formats.Asn1;

namespace SecretProviders.Decoding;

/// <summary>A chain with its key, and the trust that lies beside it.</summary>
internal static class TlsCertificateReader
{
    /// <summary>Reads a chain with its key.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="roles">What they are.</param>
    /// <param name="handle">The key when it stays in its store; null when it lies among the fields.</param>
    public static SecretState.Found Read(SecretFields fields, FieldRoles roles, PrivateKeyHandle? handle = null)
    {
        var content = FieldContentReader.Read(fields, roles.Pair.IsEmpty ? roles.Unnamed : roles.Pair);
        if (content.Certificates.Count == 0)
        {
            throw new UnsoundSecretException(
                SecretProblemCode.Incomplete, fields.Place, "there is no certificate; store the chain, leaf first, as tls.crt or in one PEM with the key.");
        }

        if (content.RevocationLists.Count > 0)
        {
            throw new UnsoundSecretException(
                SecretProblemCode.Malformed, fields.Place, "a revocation list lies among the certificates; store it as ca.crl.");
        }

        var (key, publicKey, where) = handle is null ? OneKey(content, fields) : NoKeyBut(handle, content);
        var chain = content.Certificates.Select(static found => found.Certificate).ToImmutableArray();
        CertificateChain.RequireKey(chain, publicKey, where, fields.Place);
        CertificateChain.RequireOrder(chain, fields.Place);
        return new SecretState.Found(new TlsCertificate(chain, key) { OcspStaple = ReadStaple(fields, roles) })
        {
            Trust = roles.Trust is null ? null : ValidationContextReader.Read(fields, roles),
        };
    }

    private static (PrivateKey Key, ReadOnlyMemory<byte> PublicKey, string Where) NoKeyBut(PrivateKeyHandle handle, FieldContent content) =>
        content.Keys.Count == 0
            ? (handle, PublicKeyReader.Read(handle.SubjectPublicKeyInfo), handle.KeyUri)
            : throw new UnsoundSecretException(
                SecretProblemCode.KeyMismatch, content.Keys[0].Where, $"there is a private key beside a certificate whose key stays in its store ({handle.KeyUri}); remove it.");

    private static (PrivateKey Key, ReadOnlyMemory<byte> PublicKey, string Where) OneKey(FieldContent content, SecretFields fields)
    {
        if (content.Keys.Count == 0)
        {
            throw new UnsoundSecretException(
                SecretProblemCode.Incomplete, fields.Place, "there is no private key; store it as tls.key or in one PEM with the certificate.");
        }

        var first = content.Keys[0];
        foreach (var other in content.Keys)
        {
            if (!other.Key.Pkcs8.Equals(first.Key.Pkcs8))
            {
                throw new UnsoundSecretException(SecretProblemCode.KeyMismatch, other.Where, "there is a second private key; keep only the leaf's.");
            }
        }

        return (new PrivateKeyBytes(first.Key.Pkcs8), first.Key.SubjectPublicKeyInfo, first.Where);
    }

    private static ReadOnlyMemory<byte> ReadStaple(SecretFields fields, FieldRoles roles)
    {
        if (roles.Staple is null)
        {
            return default;
        }

        var der = fields.Find(roles.Staple)!.GetSpan();
        try
        {
            AsnDecoder.ReadSequence(der, AsnEncodingRules.DER, out _, out _, out var read);
            if (read == der.Length)
            {
                return der.ToArray();
            }
        }
        catch (AsnContentException)
        {
            // Same remedy as for bytes left over.
        }

        throw new UnsoundSecretException(
            SecretProblemCode.Malformed, fields.Where(roles.Staple), "it is not one DER-encoded OCSP response (RFC 6960); write it again, or remove it.");
    }
}
