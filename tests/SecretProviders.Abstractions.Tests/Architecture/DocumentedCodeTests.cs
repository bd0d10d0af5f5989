using System.Text.RegularExpressions;

namespace SecretProviders.Tests.Architecture;

/// <summary>The code that pages print is compiled, line by line, by the project tests/Snippets.</summary>
public sealed partial class DocumentedCodeTests
{
    private static readonly string[][] Compiled =
        [.. Directory.EnumerateFiles(Repository.PathOf("tests", "Snippets"), "*.cs").Select(static file => Lines(File.ReadAllText(file)))];

    public static TheoryData<string, int> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, int>();
            foreach (var page in Pages())
            {
                for (var place = 0; place < Code().Count(File.ReadAllText(Repository.PathOf(page))); place++)
                {
                    blocks.Add(page, place);
                }
            }

            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Code_of_a_page_is_compiled_as_it_is_printed(string page, int place)
    {
        var lines = Lines(Code().Matches(File.ReadAllText(Repository.PathOf(page)))[place].Groups[1].Value);
        var usings = lines.TakeWhile(IsUsing).ToArray();
        var text = Joined(lines.Skip(usings.Length));

        Assert.True(
            Compiled.Any(file => file.TakeWhile(IsUsing).SequenceEqual(usings) && Joined(file).Contains(text, StringComparison.Ordinal)),
            $"No file of tests/Snippets has block {place + 1} of {page}, with exactly its using directives: change both alike.");
    }

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories))
            .Append(Repository.PathOf("README.md"))
            .Select(static page => Path.GetRelativePath(Repository.Root, page))
            .Where(static page => !page.Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    private static bool IsUsing(string line) => Using().IsMatch(line);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Joined(IEnumerable<string> lines) => $"\n{string.Join('\n', lines)}\n";

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^using [\w.]+;$")]
    private static partial Regex Using();
}
