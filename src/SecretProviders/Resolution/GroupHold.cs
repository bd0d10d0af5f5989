using System.Collections.Immutable;
using SecretProviders.Gates;

namespace SecretProviders.Resolution;

/// <summary>Trust before leaf, judged by content: a new leaf waits until the trust that consumers hold can verify it.</summary>
internal static class GroupHold
{
    /// <summary>Returns the validation contexts that cannot verify the leaf yet. What nobody subscribes to holds nothing back.</summary>
    public static ImmutableArray<string> Missing(TlsCertificate leaf, IEnumerable<TrustView> trusts) =>
        [.. trusts.Where(trust => trust.IsSubscribed && !CanVerify(trust.Published, leaf)).Select(static trust => trust.Name)];

    private static bool CanVerify(ValidationContext? trust, TlsCertificate leaf) =>
        trust is not null && trust.AllAnchors.Any(anchor => CertificateChains.ChainsTo(leaf, anchor));
}
