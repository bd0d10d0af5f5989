using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders.Decoding;

/// <summary>Whether a chain is the key's and in order. A wrong order is refused, not repaired: what is served is what was stored.</summary>
internal static class CertificateChain
{
    private const string SubjectKeyIdentifierOid = "2.5.29.14";
    private const string AuthorityKeyIdentifierOid = "2.5.29.35";

    /// <summary>Demands that the first certificate is the one the key belongs to.</summary>
    public static void RequireKey(ImmutableArray<EncodedCertificate> chain, ReadOnlyMemory<byte> publicKey, string keyWhere, string place)
    {
        for (var i = 0; i < chain.Length; i++)
        {
            if (!PublicKeyReader.IsFor(chain[i], publicKey))
            {
                continue;
            }

            if (i > 0)
            {
                throw new UnsoundSecretException(
                    SecretProblemCode.ChainOrder, place, $"the private key belongs to {Name(chain, i)}; put that certificate first and its issuers behind it.");
            }

            return;
        }

        throw new UnsoundSecretException(
            SecretProblemCode.KeyMismatch, keyWhere, $"the private key does not belong to {Name(chain, 0)}; store the key that the certificate was issued for.");
    }

    /// <summary>Demands that each certificate is issued by the next. A root at the end is fine, and so is its absence.</summary>
    public static void RequireOrder(ImmutableArray<EncodedCertificate> chain, string place)
    {
        if (chain.Length == 1)
        {
            return;
        }

        var certificates = chain.Select(static certificate => certificate.Load()).ToArray();
        try
        {
            for (var i = 1; i < chain.Length; i++)
            {
                if (chain.IndexOf(chain[i]) is var earlier && earlier < i)
                {
                    throw new UnsoundSecretException(SecretProblemCode.ChainOrder, place, $"{Name(chain, i)} is the same as certificate {earlier + 1}; remove it.");
                }

                if (!IsIssuer(certificates[i], certificates[i - 1]))
                {
                    throw new UnsoundSecretException(SecretProblemCode.ChainOrder, place, Remedy(chain, certificates, i));
                }
            }
        }
        finally
        {
            Array.ForEach(certificates, static certificate => certificate.Dispose());
        }
    }

    private static string Remedy(ImmutableArray<EncodedCertificate> chain, X509Certificate2[] certificates, int misplaced)
    {
        var issuer = Array.FindIndex(certificates, misplaced + 1, candidate => IsIssuer(candidate, certificates[misplaced - 1]));
        return $"{Name(chain, misplaced)} did not issue certificate {misplaced} before it; "
            + (issuer < 0 ? "remove it, or put the issuer in its place." : $"certificate {issuer + 1} did: put that one there.");
    }

    // By names and key identifiers, as RFC 5280 builds paths. Whether signatures hold is judged by whoever has the
    // trust, with algorithms that may not even exist on this platform.
    private static bool IsIssuer(X509Certificate2 issuer, X509Certificate2 subject)
    {
        if (!string.Equals(subject.Issuer, issuer.Subject, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var wanted = (subject.Extensions[AuthorityKeyIdentifierOid] as X509AuthorityKeyIdentifierExtension)?.KeyIdentifier;
        var offered = (issuer.Extensions[SubjectKeyIdentifierOid] as X509SubjectKeyIdentifierExtension)?.SubjectKeyIdentifierBytes;
        return wanted is null || offered is null || wanted.Value.Span.SequenceEqual(offered.Value.Span);
    }

    private static string Name(ImmutableArray<EncodedCertificate> chain, int index)
    {
        const int LongestSubject = 120;
        var subject = chain[index].Subject;
        return $"certificate {index + 1} of {chain.Length} ({(subject.Length > LongestSubject ? $"{subject.AsSpan(0, LongestSubject)}…" : subject)})";
    }
}
