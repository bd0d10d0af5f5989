using System.Runtime.CompilerServices;

namespace SecretProviders.Gates;

/// <summary>Answers whether a leaf chains to an anchor, by content alone: names and signatures, not time or revocation.</summary>
internal static class CertificateChains
{
    // The verdicts live as long as the leaf that they are about.
    private static readonly ConditionalWeakTable<TlsCertificate, ChainVerdicts> Verdicts = [];

    /// <remarks>A pinned leaf is its own anchor. That an anchor lies in the chain proves nothing: anybody may append one.</remarks>
    public static bool ChainsTo(TlsCertificate certificate, EncodedCertificate anchor) =>
        certificate.Leaf.Equals(anchor) || Verdicts.GetValue(certificate, static certificate => new ChainVerdicts(certificate)).ChainsTo(anchor);
}
