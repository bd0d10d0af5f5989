using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>Text with <c>{x}</c> to be filled from a name's parameters; <c>*</c> is plain text here.</summary>
internal sealed class NameTemplate
{
    public static readonly ImmutableSortedDictionary<string, string> NoParameters =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly ImmutableArray<PatternToken> _tokens;

    private NameTemplate(ImmutableArray<PatternToken> tokens) => _tokens = tokens;

    public IEnumerable<string> Parameters =>
        _tokens.Where(static token => token.Sort == PatternTokenSort.Parameter).Select(static token => token.Text);

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">A brace has no partner.</exception>
    public static NameTemplate Parse(string text) => new([.. PatternToken.Split(text)]);

    public string Render(ImmutableSortedDictionary<string, string> parameters) => string.Concat(
        _tokens.Select(token => token.Sort == PatternTokenSort.Parameter ? parameters[token.Text] : token.Text));
}
