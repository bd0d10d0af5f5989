using System.Collections.Immutable;
using SecretProviders.Xds.Protos.Matcher;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Mapping;

/// <summary>Maps matchers of subject alternative names.</summary>
internal static class SubjectAltNameMessage
{
    private static readonly ImmutableArray<SubjectAltNameType> AllTypes =
        [SubjectAltNameType.Email, SubjectAltNameType.Dns, SubjectAltNameType.Uri, SubjectAltNameType.IpAddress];

    // The model's enumeration has Envoy's numbers.
    public static Tls.SubjectAltNameMatcher Write(SubjectAltNameMatcher matcher) => new()
    {
        SanType = (Tls.SubjectAltNameMatcher.Types.SanType)matcher.NameType,
        Matcher = WriteText(matcher),
    };

    /// <summary>
    /// Reads all matchers. One of the old sort, without a type, looks at names of every type, which is the same as one
    /// of each type, since a peer needs to meet only one.
    /// </summary>
    /// <exception cref="UnreadableSecretException">A matcher cannot be held: without it, more peers might be let in.</exception>
    public static ImmutableArray<SubjectAltNameMatcher> Read(Tls.CertificateValidationContext message, string place) =>
    [
        .. message.MatchTypedSubjectAltNames.Select(typed => Read((SubjectAltNameType)typed.SanType, typed.Matcher, place)),
        .. message.MatchSubjectAltNames.SelectMany(untyped => AllTypes.Select(type => Read(type, untyped, place))),
    ];

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

    private static SubjectAltNameMatcher Read(SubjectAltNameType type, StringMatcher? text, string place)
    {
        if (!AllTypes.Contains(type))
        {
            throw new UnreadableSecretException(place, $"a matcher of subject alternative names has the type {(int)type}, which is not understood.");
        }

        var (match, value) = text?.MatchPatternCase switch
        {
            StringMatcher.MatchPatternOneofCase.Exact => (SubjectAltNameMatch.Exact, text.Exact),
            StringMatcher.MatchPatternOneofCase.Prefix => (SubjectAltNameMatch.Prefix, text.Prefix),
            StringMatcher.MatchPatternOneofCase.Suffix => (SubjectAltNameMatch.Suffix, text.Suffix),
            StringMatcher.MatchPatternOneofCase.Contains => (SubjectAltNameMatch.Contains, text.Contains),
            StringMatcher.MatchPatternOneofCase.SafeRegex => (SubjectAltNameMatch.Regex, text.SafeRegex.Regex),
            _ => throw new UnreadableSecretException(place, "a matcher of subject alternative names has a pattern that is not understood."),
        };
        return new SubjectAltNameMatcher(type, match, value, text.IgnoreCase);
    }
}
