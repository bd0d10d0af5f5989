using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>
/// Trust: what a peer's certificate is judged by. Mirrors Envoy's <c>CertificateValidationContext</c>, with SPIFFE
/// trust domains kept apart as its SPIFFE validator demands.
/// </summary>
public sealed record ValidationContext : Secret
{
    /// <inheritdoc/>
    public override SecretKind Kind => SecretKind.ValidationContext;

    /// <summary>Gets the trust anchors that hold for every peer.</summary>
    public ImmutableArray<EncodedCertificate> TrustAnchors { get; init; } = [];

    /// <summary>
    /// Gets the trust anchors of each SPIFFE trust domain, by the domain's name without <c>spiffe://</c>. An anchor
    /// of one domain never vouches for another.
    /// </summary>
    public ImmutableSortedDictionary<string, ImmutableArray<EncodedCertificate>> TrustDomains { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<EncodedCertificate>>(StringComparer.Ordinal);

    /// <summary>Gets the revocation lists, DER-encoded (RFC 5280).</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> RevocationLists { get; init; } = [];

    /// <summary>Gets a value indicating whether only the leaf is looked up in the revocation lists.</summary>
    public bool OnlyVerifyLeafRevocation { get; init; }

    /// <summary>Gets the matchers of which a peer's subject alternative names must meet one; empty for any peer.</summary>
    public ImmutableArray<SubjectAltNameMatcher> SubjectAltNames { get; init; } = [];

    /// <summary>Gets the SHA-256 digests of DER certificates, hexadecimal, of which the peer's must be one; empty for any.</summary>
    public ImmutableArray<string> CertificateHashes { get; init; } = [];

    /// <summary>Gets the SHA-256 digests of SubjectPublicKeyInfo, base64, of which the peer's must be one; empty for any.</summary>
    public ImmutableArray<string> SpkiHashes { get; init; } = [];

    /// <summary>Gets a value indicating whether an expired peer certificate is accepted. A lax flag: never united with others.</summary>
    public bool AllowExpiredCertificate { get; init; }

    /// <summary>Gets a value indicating whether a chain that does not verify is accepted. A lax flag: never united with others.</summary>
    public bool AcceptUntrusted { get; init; }

    /// <summary>Gets the greatest depth of a verified chain, or null for the consumer's own limit.</summary>
    public int? MaxVerifyDepth { get; init; }

    /// <summary>Gets every anchor, of all trust domains and of none, without repetition.</summary>
    public IEnumerable<EncodedCertificate> AllAnchors => TrustAnchors.Concat(TrustDomains.Values.SelectMany(static anchors => anchors)).Distinct();

    /// <inheritdoc/>
    public bool Equals(ValidationContext? other) =>
        other is not null
        && TrustAnchors.SequenceEqual(other.TrustAnchors)
        && TrustDomains.Count == other.TrustDomains.Count
        && TrustDomains.Zip(other.TrustDomains).All(static pair =>
            pair.First.Key == pair.Second.Key && pair.First.Value.SequenceEqual(pair.Second.Value))
        && RevocationLists.Length == other.RevocationLists.Length
        && RevocationLists.Zip(other.RevocationLists).All(static pair => pair.First.Span.SequenceEqual(pair.Second.Span))
        && OnlyVerifyLeafRevocation == other.OnlyVerifyLeafRevocation
        && SubjectAltNames.SequenceEqual(other.SubjectAltNames)
        && CertificateHashes.SequenceEqual(other.CertificateHashes)
        && SpkiHashes.SequenceEqual(other.SpkiHashes)
        && AllowExpiredCertificate == other.AllowExpiredCertificate
        && AcceptUntrusted == other.AcceptUntrusted
        && MaxVerifyDepth == other.MaxVerifyDepth;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(
        TrustAnchors.Length, TrustAnchors.FirstOrDefault(), TrustDomains.Count, RevocationLists.Length, SubjectAltNames.Length, CertificateHashes.Length);

    private protected override string Describe() =>
        $"ValidationContext ({TrustAnchors.Length} anchors, {TrustDomains.Count} trust domains, {RevocationLists.Length} CRLs)";
}
