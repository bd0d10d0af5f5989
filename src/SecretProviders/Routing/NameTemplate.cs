using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>
/// Text with <c>{x}</c> to be filled from a name's parameters, or <c>{x:wildcard}</c> from the wildcard DNS name that
/// covers it (<c>*.example.org</c> for <c>a.example.org</c>); <c>*</c> is plain text here.
/// </summary>
internal sealed class NameTemplate
{
    public static readonly ImmutableSortedDictionary<string, string> NoParameters =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly ImmutableArray<PatternToken> _tokens;

    private NameTemplate(ImmutableArray<PatternToken> tokens) => _tokens = tokens;

    public IEnumerable<string> Parameters =>
        _tokens.Where(static token => token.Sort is PatternTokenSort.Parameter or PatternTokenSort.WildcardOf).Select(static token => token.Text);

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">A brace has no partner.</exception>
    public static NameTemplate Parse(string text) => new([.. PatternToken.Split(text)]);

    public string Render(ImmutableSortedDictionary<string, string> parameters) => string.Concat(_tokens.Select(token => token.Sort switch
    {
        PatternTokenSort.Parameter => parameters[token.Text],
        PatternTokenSort.WildcardOf => Wildcard(parameters[token.Text]),
        _ => token.Text,
    }));

    // A wildcard covers exactly one label (RFC 6125, section 6.4.3); a name of one label has none and stays itself.
    private static string Wildcard(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? $"*{name[dot..]}" : name;
    }
}
