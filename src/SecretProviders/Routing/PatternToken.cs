using System.Buffers;

namespace SecretProviders.Routing;

/// <summary>One piece of a pattern or template.</summary>
internal readonly record struct PatternToken(PatternTokenSort Sort, string Text)
{
    private const string WildcardSuffix = ":wildcard";

    private static readonly SearchValues<char> Special = SearchValues.Create("{}*");
    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <summary>Splits text into literals, parameters and wildcards.</summary>
    /// <exception cref="FormatException">A brace has no partner, or a parameter's name is not letters and digits.</exception>
    public static List<PatternToken> Split(string text)
    {
        var tokens = new List<PatternToken>();
        for (var at = 0; at < text.Length;)
        {
            var token = Next(text, at, out at);
            tokens.Add(token);
        }

        return tokens;
    }

    private static PatternToken Next(string text, int at, out int next)
    {
        switch (text[at])
        {
            case '{':
                next = text.IndexOf('}', at) + 1;
                var name = next > 0 ? text[(at + 1)..(next - 1)] : string.Empty;
                var sort = name.EndsWith(WildcardSuffix, StringComparison.Ordinal) ? PatternTokenSort.WildcardOf : PatternTokenSort.Parameter;
                name = sort == PatternTokenSort.WildcardOf ? name[..^WildcardSuffix.Length] : name;
                return name.Length > 0 && char.IsAsciiLetter(name[0]) && !name.AsSpan().ContainsAnyExcept(Letters)
                    ? new PatternToken(sort, name)
                    : throw new FormatException($"'{text}' has a '{{' at position {at + 1} that does not begin a parameter such as '{{name}}' (letters and digits).");
            case '}':
                throw new FormatException($"'{text}' has a '}}' at position {at + 1} without a '{{' before it.");
            case '*' when at + 1 < text.Length && text[at + 1] == '*':
                next = at + 2;
                return new PatternToken(PatternTokenSort.Everything, "**");
            case '*':
                next = at + 1;
                return new PatternToken(PatternTokenSort.Segment, "*");
            default:
                var length = text.AsSpan(at).IndexOfAny(Special);
                next = length < 0 ? text.Length : at + length;
                return new PatternToken(PatternTokenSort.Literal, text[at..next]);
        }
    }
}
