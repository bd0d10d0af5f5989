using System.Text.RegularExpressions;

namespace SecretProviders.Tests.Architecture;

/// <summary>One C# file: which type it declares, by its name, and which words its code uses.</summary>
internal sealed partial class SourceText
{
    public SourceText(string path, string text)
    {
        Path = path;
        Type = System.IO.Path.GetFileName(path).Split('.')[0];
        Words = Identifier().Matches(NoCode().Replace(text, " ")).Select(static match => match.Value).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Gets the path from the repository's root, with slashes.</summary>
    public string Path { get; }

    /// <summary>Gets the type that the file declares: one type per file, named as the file.</summary>
    public string Type { get; }

    /// <summary>Gets the identifiers and keywords outside comments and strings.</summary>
    public HashSet<string> Words { get; }

    public bool IsIn(params IEnumerable<string> folders) => folders.Any(folder => Path.StartsWith(folder + "/", StringComparison.Ordinal));

    // Comments, raw strings, strings and characters. Code in the holes of an interpolated string is lost with them,
    // which may hide a use but never invents one.
    [GeneratedRegex("""//[^\n]*|/\*[\s\S]*?\*/|(?<q>"{3,})[\s\S]*?\k<q>|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""")]
    private static partial Regex NoCode();

    [GeneratedRegex(@"\b[A-Za-z_]\w*\b")]
    private static partial Regex Identifier();
}
