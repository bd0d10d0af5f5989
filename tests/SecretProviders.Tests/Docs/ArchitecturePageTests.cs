using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace SecretProviders.Tests.Docs;

/// <summary>docs/architecture.md names only what exists.</summary>
public sealed partial class ArchitecturePageTests
{
    [Fact]
    public void Every_name_on_the_page_is_a_type_or_member_of_the_code()
    {
        var code = string.Join('\n', Sources().Select(File.ReadAllText));
        var names = Name().Matches(Page()).Select(static match => match.Groups["name"].Value).Distinct().ToArray();

        Assert.True(names.Length > 30);
        Assert.DoesNotContain(names, name => !Regex.IsMatch(code, $@"(class|record|struct|interface|enum) {name}\b|\b{name}(<\w+>)?\(|\b{name} =>|\b{name} {{ get"));
    }

    [Fact]
    public void Every_room_on_the_page_is_a_folder()
    {
        var rooms = Room().Matches(Page()).SelectMany(static match => match.Groups["room"].Value.Split(", ")).Select(static room => room.Trim('`')).ToArray();

        Assert.NotEmpty(rooms);
        Assert.DoesNotContain(rooms, static room => !Directory.Exists(Path.Combine(Root(), "src", room)));
    }

    [GeneratedRegex(@"`(?<name>[A-Z][A-Za-z]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| (?<room>`SecretProviders[^|]*`) \|", RegexOptions.Multiline)]
    private static partial Regex Room();

    private static string Page() => File.ReadAllText(Path.Combine(Root(), "docs", "architecture.md"));

    private static IEnumerable<string> Sources() => Directory
        .EnumerateFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories)
        .Where(static path => !path.Contains("/obj/", StringComparison.Ordinal));

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
