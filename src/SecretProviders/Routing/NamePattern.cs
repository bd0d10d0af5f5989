using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace SecretProviders.Routing;

/// <summary>
/// A pattern over opaque names: <c>{x}</c> takes one segment (or the part of it that literal text leaves), <c>*</c>
/// anything within a segment, <c>**</c> everything.
/// </summary>
internal sealed class NamePattern
{
    private const int LongestParameter = 253;

    // Any text of the class but '.' and '..'. Not {1,253}: a counted loop makes the automaton, and so what a hostile
    // name costs, 253 times as large.
    private const string Parameter = @"\.{0,2}[A-Za-z0-9_~:@*|-][A-Za-z0-9._~:@*|-]*|\.{3}[A-Za-z0-9._~:@*|-]*";

    private readonly Regex? _regex;

    private NamePattern(string text, Regex? regex, ImmutableArray<string> parameters, bool hasWildcards)
    {
        Text = text;
        _regex = regex;
        Parameters = parameters;
        HasWildcards = hasWildcards;
    }

    public string Text { get; }

    /// <summary>Gets the names of the <c>{x}</c> in order.</summary>
    public ImmutableArray<string> Parameters { get; }

    /// <summary>Gets a value indicating whether the pattern takes text that no parameter names.</summary>
    public bool HasWildcards { get; }

    /// <summary>Gets a value indicating whether the pattern takes exactly one name: its own text.</summary>
    public bool IsLiteral => _regex is null;

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="FormatException">The pattern cannot be read; the message says where and why.</exception>
    public static NamePattern Parse(string text)
    {
        var expression = new StringBuilder(@"\A");
        var parameters = ImmutableArray.CreateBuilder<string>();
        var wildcards = 0;
        var afterParameter = false;
        foreach (var token in PatternToken.Split(text))
        {
            if (token.Sort == PatternTokenSort.WildcardOf)
            {
                throw new FormatException($"'{text}' holds '{{{token.Text}:wildcard}}', which only a key can; write '{{{token.Text}}}' here.");
            }

            if (token.Sort == PatternTokenSort.Parameter)
            {
                RequireFresh(text, token.Text, parameters, afterParameter);
                parameters.Add(token.Text);
            }

            wildcards += token.Sort is PatternTokenSort.Segment or PatternTokenSort.Everything ? 1 : 0;
            expression.Append(Expression(token, wildcards));
            afterParameter = token.Sort == PatternTokenSort.Parameter;
        }

        var literal = parameters.Count == 0 && wildcards == 0;
        // Names come from the network: a matcher whose time is linear in the name cannot be made to hang.
        var regex = literal ? null : new Regex(expression.Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
        return new NamePattern(text, regex, parameters.ToImmutable(), wildcards > 0);
    }

    /// <summary>Matches a name that <see cref="SecretNameCheck"/> let pass.</summary>
    /// <param name="name">The name.</param>
    /// <param name="captures">What each parameter took.</param>
    public bool TryMatch(string name, out ImmutableSortedDictionary<string, string> captures)
    {
        captures = NameTemplate.NoParameters;
        if (_regex is null)
        {
            return name == Text;
        }

        var match = _regex.Match(name);
        if (!match.Success || !IsConfined(name, match))
        {
            return false;
        }

        if (Parameters.Length > 0)
        {
            var found = captures.ToBuilder();
            foreach (var parameter in Parameters)
            {
                found[parameter] = match.Groups[parameter].Value;
            }

            captures = found.ToImmutable();
        }

        return true;
    }

    public override string ToString() => Text;

    private static void RequireFresh(string text, string parameter, ImmutableArray<string>.Builder known, bool afterParameter)
    {
        if (known.Contains(parameter))
        {
            throw new FormatException($"'{text}' names the parameter '{{{parameter}}}' twice; give each its own name.");
        }

        if (afterParameter)
        {
            throw new FormatException($"'{text}' has two parameters without text between them; nobody can tell where one ends.");
        }
    }

    private static string Expression(PatternToken token, int wildcard) => token.Sort switch
    {
        PatternTokenSort.Parameter => $"(?<{token.Text}>{Parameter})",
        PatternTokenSort.Segment => $"(?<w{wildcard}_>[^/%\\\\?#]*)",
        PatternTokenSort.Everything => $"(?<w{wildcard}_>[^%\\\\?#]*)",
        _ => Regex.Escape(token.Text),
    };

    private static bool IsConfined(string name, Match match)
    {
        for (var index = 1; index < match.Groups.Count; index++)
        {
            var group = match.Groups[index];
            if (group.Name.EndsWith('_') ? TouchesDots(name, group) : group.Length > LongestParameter)
            {
                return false;
            }
        }

        return true;
    }

    // Dots are judged by whole segments of the name: literal text beside a wildcard may complete or defuse them.
    private static bool TouchesDots(string name, Group group)
    {
        var end = group.Index + group.Length;
        var from = name.AsSpan(0, group.Index).LastIndexOf('/') + 1;
        var to = name.IndexOf('/', end);
        return SecretNameCheck.HoldsDots(name.AsSpan(from, (to < 0 ? name.Length : to) - from));
    }
}
