using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using SecretProviders.Host.Tests.Configuration;

namespace SecretProviders.Host.Tests;

/// <summary>What the guides show is what the program takes.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages => new(
        Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Root(), "README.md"))
            .Select(static page => Path.GetRelativePath(Root(), page)));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_configuration_of_a_page_is_sound(string page)
    {
        // A block without sources is an excerpt, or something else's file.
        foreach (var block in YamlBlock().Matches(File.ReadAllText(Path.Combine(Root(), page))).Select(static match => match.Groups[1].Value).Where(static text => StartsSources().IsMatch(text)))
        {
            Assert.NotEmpty(ConfigurationText.Parse(block).Sources);
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_somewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Root(), page))!;
        foreach (Match link in Link().Matches(File.ReadAllText(Path.Combine(Root(), page))))
        {
            Assert.True(Path.Exists(Path.Combine(folder, link.Groups[1].Value)), $"{page} links to {link.Groups[1].Value}");
        }
    }

    [GeneratedRegex(@"^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex("^sources:", RegexOptions.Multiline)]
    private static partial Regex StartsSources();

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../.."));
}
