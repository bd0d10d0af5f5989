using System.Collections.Immutable;
using System.Security.Cryptography;

namespace SecretProviders.Resolution;

/// <summary>Set operations on trust.</summary>
internal static class ValidationContexts
{
    /// <summary>Unites anchors and revocation lists; all else is the first context's.</summary>
    public static ValidationContext Unite(IReadOnlyList<ValidationContext> contexts) => contexts[0] with
    {
        TrustAnchors = Anchors(contexts.SelectMany(static context => context.TrustAnchors)),
        TrustDomains = contexts.SelectMany(static context => context.TrustDomains)
            .GroupBy(static domain => domain.Key, static domain => domain.Value, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(static group => group.Key, static group => Anchors(group.SelectMany(static anchors => anchors)), StringComparer.Ordinal),
        RevocationLists = [.. contexts.SelectMany(static context => context.RevocationLists)
            .DistinctBy(static list => Digest(list), StringComparer.Ordinal)
            .OrderBy(static list => Digest(list), StringComparer.Ordinal)],
    };

    /// <summary>Puts the anchors of one context into the order that a union has, so that a second member joining changes no more than it must.</summary>
    public static ValidationContext Ordered(ValidationContext context) => Unite([context]);

    /// <summary>Adds anchors that must not be withdrawn yet, each where it was.</summary>
    public static ValidationContext Keep(ValidationContext desired, ValidationContext published, Func<EncodedCertificate, bool> isNeeded)
    {
        var flat = Missing(desired.TrustAnchors, published.TrustAnchors, isNeeded);
        var domains = desired.TrustDomains;
        foreach (var (domain, anchors) in published.TrustDomains)
        {
            var held = domains.GetValueOrDefault(domain, []);
            if (Missing(held, anchors, isNeeded) is { Length: > 0 } missing)
            {
                domains = domains.SetItem(domain, [.. held, .. missing]);
            }
        }

        return flat.IsEmpty && domains == desired.TrustDomains ? desired : desired with { TrustAnchors = [.. desired.TrustAnchors, .. flat], TrustDomains = domains };
    }

    private static ImmutableArray<EncodedCertificate> Missing(
        ImmutableArray<EncodedCertificate> desired, ImmutableArray<EncodedCertificate> published, Func<EncodedCertificate, bool> isNeeded) =>
        [.. published.Except(desired).Where(isNeeded)];

    private static ImmutableArray<EncodedCertificate> Anchors(IEnumerable<EncodedCertificate> anchors) =>
        [.. anchors.Distinct().OrderBy(static anchor => anchor.Sha256, StringComparer.Ordinal)];

    private static string Digest(ReadOnlyMemory<byte> list) => Convert.ToHexStringLower(SHA256.HashData(list.Span));
}
