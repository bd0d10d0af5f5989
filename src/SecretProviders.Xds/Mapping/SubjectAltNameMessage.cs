using SecretProviders.Xds.Protos.Matcher;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Mapping;

/// <summary>Maps one matcher of subject alternative names.</summary>
internal static class SubjectAltNameMessage
{
    public static Tls.SubjectAltNameMatcher Write(SubjectAltNameMatcher matcher) => new()
    {
        // The model's enumeration has Envoy's numbers.
        SanType = (Tls.SubjectAltNameMatcher.Types.SanType)matcher.NameType,
        Matcher = WriteText(matcher),
    };

    private static StringMatcher WriteText(SubjectAltNameMatcher matcher)
    {
        var text = matcher.Match switch
        {
            SubjectAltNameMatch.Prefix => new StringMatcher { Prefix = matcher.Value },
            SubjectAltNameMatch.Suffix => new StringMatcher { Suffix = matcher.Value },
            SubjectAltNameMatch.Contains => new StringMatcher { Contains = matcher.Value },
            SubjectAltNameMatch.Regex => new StringMatcher { SafeRegex = new RegexMatcher { Regex = matcher.Value } },
            _ => new StringMatcher { Exact = matcher.Value },
        };
        text.IgnoreCase = matcher.IgnoreCase;
        return text;
    }
}
