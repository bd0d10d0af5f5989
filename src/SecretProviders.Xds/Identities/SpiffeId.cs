using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SecretProviders.Xds.Identities;

/// <summary>
/// A SPIFFE ID: a trust domain and a path (SPIFFE-ID, section 2). The text is the identity: nothing is escaped, folded
/// or normalized, so what does not have the one spelling is refused.
/// </summary>
internal sealed record SpiffeId
{
    public const string Scheme = "spiffe://";
    public const int MaxLength = 2048;
    private const string NamespaceMark = "ns";
    private const string AccountMark = "sa";
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    private SpiffeId(TrustDomain trustDomain, string path)
    {
        TrustDomain = trustDomain;
        Path = path;
    }

    /// <summary>Gets the trust domain.</summary>
    public TrustDomain TrustDomain { get; }

    /// <summary>Gets the path with its leading slash; empty in the ID of a trust domain itself.</summary>
    public string Path { get; }

    /// <summary>Gets a value indicating whether this names a trust domain and no workload.</summary>
    public bool IsTrustDomain => Path.Length == 0;

    /// <summary>Gets the namespace and the account, if the path follows the convention <c>/ns/{namespace}/sa/{account}</c>.</summary>
    public (string Namespace, string Account)? ServiceAccount =>
        Path.Split('/') is ["", NamespaceMark, var space, AccountMark, var account] ? (space, account) : null;

    /// <summary>Reads a SPIFFE ID.</summary>
    /// <param name="text">For example <c>spiffe://example.org/ns/edge/sa/web</c>.</param>
    /// <param name="id">The ID.</param>
    /// <param name="problem">The rule that the text breaks, without the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SpiffeId? id, [NotNullWhen(false)] out string? problem)
    {
        id = null;
        problem = text.Length > MaxLength ? $"it has more than {MaxLength} characters (SPIFFE-ID, section 2.3)"
            : !text.StartsWith(Scheme, StringComparison.Ordinal) ? $"it does not begin with '{Scheme}' (SPIFFE-ID, section 2)"
            : null;
        if (problem is not null)
        {
            return false;
        }

        var slash = text.IndexOf('/', Scheme.Length);
        var path = slash < 0 ? string.Empty : text[slash..];
        if (!TrustDomain.TryParse(slash < 0 ? text : text[..slash], out var domain, out problem) || (problem = PathProblem(path)) is not null)
        {
            return false;
        }

        id = new SpiffeId(domain, path);
        return true;
    }

    /// <summary>Makes the ID of a Kubernetes service account by the convention that Istio, SPIRE and Kuma share.</summary>
    /// <exception cref="FormatException">The namespace or the account cannot be a segment of a path.</exception>
    public static SpiffeId ForServiceAccount(TrustDomain trustDomain, string space, string account)
    {
        var text = $"{trustDomain}/{NamespaceMark}/{space}/{AccountMark}/{account}";
        return TryParse(text, out var id, out var problem) && id.ServiceAccount == (space, account)
            ? id
            : throw new FormatException($"A service account makes no SPIFFE ID: {problem ?? "a name holds a slash"}.");
    }

    /// <summary>Returns the ID as it is written.</summary>
    public override string ToString() => $"{TrustDomain}{Path}";

    private static string? PathProblem(string path)
    {
        if (path.Length == 0)
        {
            return null;
        }

        foreach (var segment in path.Split('/').Skip(1))
        {
            if (segment.Length == 0)
            {
                return "its path has an empty segment or ends with a slash (SPIFFE-ID, section 2.2)";
            }

            if (segment is "." or "..")
            {
                return "its path has a segment '.' or '..' (SPIFFE-ID, section 2.2)";
            }

            if (segment.AsSpan().ContainsAnyExcept(Letters))
            {
                return "its path holds more than letters, digits, dots, dashes and underscores; nothing is escaped, and there is no query and no fragment (SPIFFE-ID, section 2.2)";
            }
        }

        return null;
    }
}
