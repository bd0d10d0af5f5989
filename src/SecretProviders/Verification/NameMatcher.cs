using System.Text.RegularExpressions;

namespace SecretProviders.Verification;

/// <summary>
/// One matcher of subject alternative names, with the meaning that Envoy gives it: an exact match of a DNS name follows
/// the rules of DNS (case does not count, a name in the certificate may begin with a wildcard), all others compare text.
/// </summary>
internal sealed class NameMatcher
{
    // RFC 5890, section 2.3.2.5: a label that begins so is encoded, and a star in it is no wildcard.
    private const string EncodedLabel = "xn--";

    private readonly SubjectAltNameType _type;
    private readonly Func<string, bool> _matches;

    private NameMatcher(SubjectAltNameType type, Func<string, bool> matches) => (_type, _matches) = (type, matches);

    /// <summary>Makes a matcher.</summary>
    /// <exception cref="UnusableTrustException">Its regular expression cannot be used, or its sort of name is not known.</exception>
    public static NameMatcher Make(SubjectAltNameMatcher matcher)
    {
        if (matcher.NameType is < SubjectAltNameType.Email or > SubjectAltNameType.IpAddress)
        {
            throw new UnusableTrustException("holds a matcher of subject alternative names that does not say which sort of name it looks at");
        }

        var value = matcher.Value;
        var comparison = matcher.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return new NameMatcher(matcher.NameType, matcher.Match switch
        {
            SubjectAltNameMatch.Exact when matcher.NameType == SubjectAltNameType.Dns => name => MatchesDns(value, name),
            SubjectAltNameMatch.Exact => name => name.Equals(value, comparison),
            SubjectAltNameMatch.Prefix => name => name.StartsWith(value, comparison),
            SubjectAltNameMatch.Suffix => name => name.EndsWith(value, comparison),
            SubjectAltNameMatch.Contains => name => name.Contains(value, comparison),
            _ => Compile(value).IsMatch,
        });
    }

    /// <summary>Tells whether one of a certificate's names meets it.</summary>
    public bool Matches(CertificateNames names) => names.Of(_type).Any(_matches);

    private static bool MatchesDns(string wanted, string pattern)
    {
        if (wanted.Equals(pattern, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // A wildcard stands in the first label, once, and for that label only.
        return wanted.Split('.', 2) is [var label, var domain] && pattern.Split('.', 2) is [var wildcard, var suffix]
            && wildcard.Split('*') is [var before, var after]
            && !suffix.Contains('*', StringComparison.Ordinal)
            && !wildcard.StartsWith(EncodedLabel, StringComparison.OrdinalIgnoreCase)
            && domain.Equals(suffix, StringComparison.OrdinalIgnoreCase)
            && label.Length >= before.Length + after.Length
            && label.StartsWith(before, StringComparison.OrdinalIgnoreCase)
            && label.EndsWith(after, StringComparison.OrdinalIgnoreCase);
    }

    // RE2 takes linear time, and so must we: what cannot be done so (look-around, back references) RE2 does not know either.
    private static Regex Compile(string expression)
    {
        try
        {
            // By itself first: a stray parenthesis must not close the group around it, which would match more.
            _ = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return new Regex($@"\A(?:{expression})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new UnusableTrustException("holds a matcher whose regular expression is not understood here; write it without named groups and in simple terms");
        }
    }
}
