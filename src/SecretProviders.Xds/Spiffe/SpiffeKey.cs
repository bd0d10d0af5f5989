using System.Diagnostics.CodeAnalysis;
using SecretProviders.Xds.Identities;

namespace SecretProviders.Spiffe;

/// <summary>The key of a reference: which entry of which stream of the Workload API it names.</summary>
/// <param name="Name">The entry's name in a <see cref="WorkloadAnswer"/>.</param>
/// <param name="IsBundle">Whether it comes with the bundles, and not with the SVIDs.</param>
internal readonly record struct SpiffeKey(string Name, bool IsBundle)
{
    /// <summary>The first SVID that the Workload API gives.</summary>
    public const string Default = "default";

    /// <summary>The bundle that comes with the first SVID.</summary>
    public const string RootCa = "ROOTCA";

    /// <summary>All bundles, each in its trust domain.</summary>
    public const string All = "ALL";

    /// <summary>What stands before the hint of an SVID.</summary>
    public const string HintPrefix = "hint:";

    private const int LongestHint = 1024;
    private const int ShownLength = 100;

    /// <summary>Judges a reference.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="flatBundles">Whether validation contexts are plain lists of anchors.</param>
    /// <param name="key">The key.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(SecretReference reference, bool flatBundles, out SpiffeKey key, [NotNullWhen(false)] out SecretProblem? problem)
    {
        key = default;
        var fault = reference switch
        {
            { Property: null, Version: null, Parameters.IsEmpty: true } => Fault(reference.Key, flatBundles, out key),
            _ => "a SPIFFE source knows no property, no version and no parameters: remove them",
        };
        problem = fault is null ? null : new SecretProblem(SecretProblemCode.BadName, $"{Show(reference.Key)} cannot be asked for: {fault}.");
        return problem is null;
    }

    private static string? Fault(string text, bool flatBundles, out SpiffeKey key)
    {
        key = new SpiffeKey(text, IsBundle: text == All);
        if (text is Default or RootCa or All)
        {
            return text == All && flatBundles
                ? "several trust domains in one flat list would vouch for each other; ask for one of them by its ID, or set 'flatBundles' to false"
                : null;
        }

        if (text.StartsWith(HintPrefix, StringComparison.Ordinal))
        {
            return text.Length > HintPrefix.Length && text.Length <= LongestHint && !text.Any(char.IsControl)
                ? null
                : $"a hint has from 1 to {LongestHint - HintPrefix.Length} printable characters";
        }

        if (!text.StartsWith(SpiffeId.Scheme, StringComparison.Ordinal))
        {
            return $"use a SPIFFE ID, the ID of a trust domain, '{Default}', '{RootCa}', '{All}', or '{HintPrefix}' and a hint";
        }

        if (!SpiffeId.TryParse(text, out var id, out var problem))
        {
            return problem;
        }

        key = new SpiffeKey(text, id.IsTrustDomain);
        return null;
    }

    // A name that somebody made up is repeated only if it is short and printable.
    private static string Show(string text) =>
        text.Length is > 0 and <= ShownLength && !text.Any(static character => char.IsControl(character) || char.IsSurrogate(character))
            ? $"'{text}'"
            : $"A key of {text.Length} characters";
}
