using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SecretProviders.Kubernetes.References;

/// <summary>What a reference names in a cluster, confined to the namespaces of its source. Pure.</summary>
/// <param name="Sort">What it names.</param>
/// <param name="Namespace">The namespace; empty for what belongs to the cluster.</param>
/// <param name="Name">The name, or the signer.</param>
internal sealed record KubernetesKey(KubernetesKeySort Sort, string Namespace, string Name)
{
    private const string CompanionSuffix = "-cacert";
    private const int LongestNamespace = 63;
    private const int LongestName = 253;
    private const int LongestSigner = 571;
    private const int LongestShown = 80;

    private static readonly SearchValues<char> NamespaceLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");
    private static readonly SearchValues<char> BundleLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:");
    private static readonly SearchValues<char> SignerLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./");

    private static readonly (string Scheme, KubernetesKeySort Sort)[] Schemes =
    [
        ("kubernetes://", KubernetesKeySort.Secret),
        ("kubernetes-gateway://", KubernetesKeySort.Secret),
        ("configmap://", KubernetesKeySort.ConfigMap),
        ("clustertrustbundle://", KubernetesKeySort.ClusterTrustBundle),
        ("clustertrustbundle-signer://", KubernetesKeySort.ClusterTrustBundleSigner),
    ];

    /// <summary>Gets who refers to it from another namespace and so needs a ReferenceGrant, or null.</summary>
    public Referrer? From { get; init; }

    /// <summary>
    /// Gets the name of the Secret whose trust this is as well: Istio asks for <c>web-cacert</c>, which is a Secret of
    /// that name or else the trust within <c>web</c>. Null when it is not such a name.
    /// </summary>
    public string? CompanionOf =>
        Sort == KubernetesKeySort.Secret && Name.Length > CompanionSuffix.Length && Name.EndsWith(CompanionSuffix, StringComparison.Ordinal)
            ? Name[..^CompanionSuffix.Length]
            : null;

    /// <summary>Reads a reference.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="namespaces">The namespaces that may be read.</param>
    /// <param name="key">What it names.</param>
    /// <param name="problem">Why it names nothing here.</param>
    public static bool TryParse(
        SecretReference reference, NamespaceList namespaces, [NotNullWhen(true)] out KubernetesKey? key, [NotNullWhen(false)] out SecretProblem? problem)
    {
        key = null;
        problem = reference.Version is null
            ? Parse(reference, namespaces, out key)
            : Bad(reference, "asks for a version, and Kubernetes keeps only the latest: remove the version.");
        return problem is null;
    }

    /// <inheritdoc/>
    public override string ToString() => Sort switch
    {
        KubernetesKeySort.Secret => $"Secret '{Namespace}/{Name}'",
        KubernetesKeySort.ConfigMap => $"ConfigMap '{Namespace}/{Name}'",
        KubernetesKeySort.ClusterTrustBundle => $"ClusterTrustBundle '{Name}'",
        _ => $"ClusterTrustBundles of signer '{Name}'",
    };

    private static SecretProblem? Parse(SecretReference reference, NamespaceList namespaces, out KubernetesKey? key)
    {
        var (sort, path) = SplitScheme(reference.Key);
        key = sort switch
        {
            KubernetesKeySort.ClusterTrustBundle => IsWord(path, BundleLetters, LongestSigner) ? new KubernetesKey(sort, "", path) : null,
            KubernetesKeySort.ClusterTrustBundleSigner => IsSigner(path) ? new KubernetesKey(sort, "", path) : null,
            _ => SplitName(sort, path, namespaces.Default),
        };
        if (key is null)
        {
            return Bad(reference, "names no object: write namespace/name, with the letters that Kubernetes allows in names.");
        }

        if (key.Namespace.Length > 0 && !namespaces.Contains(key.Namespace))
        {
            return Bad(reference, $"lies in a namespace that this source does not read ({namespaces}): add it to the source's namespaces.");
        }

        return Referrer.TryParse(reference.Parameters, out var from, out var mistake)
            ? SetReferrer(ref key, from, reference)
            : Bad(reference, mistake);
    }

    private static SecretProblem? SetReferrer(ref KubernetesKey key, Referrer? from, SecretReference reference)
    {
        if (from is not null && key.Namespace.Length == 0)
        {
            return Bad(reference, "belongs to no namespace and needs no grant: remove the parameters.");
        }

        key = key with { From = from is null || from.Namespace == key.Namespace ? null : from };
        return null;
    }

    private static (KubernetesKeySort Sort, string Path) SplitScheme(string key)
    {
        foreach (var (scheme, sort) in Schemes)
        {
            if (key.StartsWith(scheme, StringComparison.Ordinal))
            {
                return (sort, key[scheme.Length..]);
            }
        }

        return (KubernetesKeySort.Secret, key);
    }

    private static KubernetesKey? SplitName(KubernetesKeySort sort, string text, string defaultNamespace)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (place, name) = slash < 0 ? (defaultNamespace, text) : (text[..slash], text[(slash + 1)..]);
        return IsWord(place, NamespaceLetters, LongestNamespace) && IsWord(name, NameLetters, LongestName) && !name.Contains("..", StringComparison.Ordinal)
            ? new KubernetesKey(sort, place, name)
            : null;
    }

    // Names begin and end with a letter or a digit (RFC 1123), so a lone dot or two are none.
    private static bool IsWord(string text, SearchValues<char> letters, int longest) =>
        text.Length > 0 && text.Length <= longest && !text.AsSpan().ContainsAnyExcept(letters)
        && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]);

    private static bool IsSigner(string text) =>
        IsWord(text, SignerLetters, LongestSigner) && text.Contains('/', StringComparison.Ordinal)
        && text.Split('/').All(static part => IsWord(part, BundleLetters, LongestSigner));

    private static SecretProblem Bad(SecretReference reference, string message) =>
        new(SecretProblemCode.BadName, $"'{Printable(reference.Key)}' {message}");

    // A key may come from whoever can ask for a name.
    private static string Printable(string text) => new([.. text.Take(LongestShown).Select(static letter => char.IsAscii(letter) && !char.IsControl(letter) ? letter : '?')]);
}
