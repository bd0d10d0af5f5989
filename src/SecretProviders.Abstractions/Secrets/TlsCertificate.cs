using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>A certificate chain with its private key: always from one source, never mixed.</summary>
public sealed record TlsCertificate : Secret
{
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

    /// <inheritdoc/>
    public bool Equals(TlsCertificate? other) =>
        other is not null
        && Chain.SequenceEqual(other.Chain)
        && OcspStaple.Span.SequenceEqual(other.OcspStaple.Span)
        && PrivateKey.Equals(other.PrivateKey);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Leaf, Chain.Length, OcspStaple.Length);

    private protected override string Describe() => $"TlsCertificate ({Leaf}, chain of {Chain.Length}, key redacted)";
}
