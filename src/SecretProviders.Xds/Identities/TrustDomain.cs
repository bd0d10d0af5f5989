using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SecretProviders.Xds.Identities;

/// <summary>A SPIFFE trust domain, by its name (SPIFFE-ID, section 2.1). Equal by name.</summary>
internal sealed record TrustDomain
{
    public const int MaxLength = 255;
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_");

    private TrustDomain(string name) => Name = name;

    /// <summary>Gets the name, without <c>spiffe://</c>.</summary>
    public string Name { get; }

    /// <summary>Reads a name, or the SPIFFE ID of the trust domain itself.</summary>
    /// <param name="text">For example <c>example.org</c> or <c>spiffe://example.org</c>.</param>
    /// <param name="domain">The trust domain.</param>
    /// <param name="problem">The rule that the text breaks, without the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out TrustDomain? domain, [NotNullWhen(false)] out string? problem)
    {
        var name = text.StartsWith(SpiffeId.Scheme, StringComparison.Ordinal) ? text[SpiffeId.Scheme.Length..] : text;
        problem = Problem(name);
        domain = problem is null ? new TrustDomain(name) : null;
        return problem is null;
    }

    /// <summary>Returns the SPIFFE ID of the trust domain.</summary>
    public override string ToString() => SpiffeId.Scheme + Name;

    private static string? Problem(string name) => name switch
    {
        "" => "it names no trust domain (SPIFFE-ID, section 2.1)",
        { Length: > MaxLength } => $"its trust domain has more than {MaxLength} characters (SPIFFE-ID, section 2.3)",
        _ when name.AsSpan().ContainsAnyExcept(Letters) =>
            "its trust domain holds more than lower-case letters, digits, dots, dashes and underscores; there is no user and no port (SPIFFE-ID, section 2.1)",
        _ => null,
    };
}
