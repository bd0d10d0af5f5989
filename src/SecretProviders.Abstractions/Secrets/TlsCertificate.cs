using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SecretProviders;

/// <summary>A certificate chain with its private key: always from one source, never mixed.</summary>
public sealed record TlsCertificate : Secret
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";

    /// <summary>Joins a chain and its key. Whether they match is judged by who decodes them.</summary>
    /// <param name="chain">The certificates, leaf first; at least one.</param>
    /// <param name="privateKey">The key of the leaf.</param>
    /// <exception cref="ArgumentException">The chain is empty.</exception>
    public TlsCertificate(ImmutableArray<EncodedCertificate> chain, PrivateKey privateKey)
    {
        if (chain.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A TLS certificate needs at least the leaf.", nameof(chain));
        }

        Chain = chain;
        PrivateKey = privateKey ?? throw new ArgumentNullException(nameof(privateKey));
    }

    /// <inheritdoc/>
    public override SecretKind Kind => SecretKind.TlsCertificate;

    /// <summary>Gets the certificates, leaf first.</summary>
    public ImmutableArray<EncodedCertificate> Chain { get; }

    /// <summary>Gets the leaf's private key.</summary>
    public PrivateKey PrivateKey { get; }

    /// <summary>Gets the DER-encoded OCSP response (RFC 6960) to staple, or empty.</summary>
    public ReadOnlyMemory<byte> OcspStaple { get; init; }

    /// <summary>Gets the first certificate of the chain.</summary>
    public EncodedCertificate Leaf => Chain[0];

    /// <summary>Makes a certificate object of the BCL from the leaf and its key; the caller disposes it.</summary>
    /// <exception cref="NotSupportedException">The key is a handle, or of a sort that the BCL's TLS cannot use.</exception>
    /// <exception cref="CryptographicException">The key is unsound.</exception>
    /// <exception cref="ArgumentException">The key is not the leaf's.</exception>
    public X509Certificate2 LoadWithPrivateKey()
    {
        if (PrivateKey is not PrivateKeyBytes { Pkcs8: var key })
        {
            throw new NotSupportedException("The private key does not leave its store; use a certificate whose key is bytes.");
        }

        using var leaf = Leaf.Load();
        var pair = Join(leaf, key);
        GC.KeepAlive(key);
        return OperatingSystem.IsWindows() ? Keep(pair) : pair;
    }

    /// <inheritdoc/>
    public bool Equals(TlsCertificate? other) =>
        other is not null
        && Chain.SequenceEqual(other.Chain)
        && OcspStaple.Span.SequenceEqual(other.OcspStaple.Span)
        && PrivateKey.Equals(other.PrivateKey);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Leaf, Chain.Length, OcspStaple.Length);

    private protected override string Describe() => $"TlsCertificate ({Leaf}, chain of {Chain.Length}, key redacted)";

    private static X509Certificate2 Join(X509Certificate2 leaf, SensitiveBytes key)
    {
        switch (leaf.PublicKey.Oid.Value)
        {
            case Rsa:
                using (var rsa = RSA.Create())
                {
                    rsa.ImportPkcs8PrivateKey(key.GetSpan(), out _);
                    return leaf.CopyWithPrivateKey(rsa);
                }

            case EllipticCurve:
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportPkcs8PrivateKey(key.GetSpan(), out _);
                    return leaf.CopyWithPrivateKey(ecdsa);
                }

            default:
                throw new NotSupportedException($"A key of the sort {leaf.PublicKey.Oid.FriendlyName ?? leaf.PublicKey.Oid.Value} cannot be used; use RSA or ECDSA.");
        }
    }

    // SChannel takes keys only from its own store, and a PKCS#12 is the way there.
    private static X509Certificate2 Keep(X509Certificate2 pair)
    {
        using (pair)
        {
            var bytes = pair.Export(X509ContentType.Pkcs12);
            try
            {
                return X509CertificateLoader.LoadPkcs12(bytes, password: null);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
    }
}
