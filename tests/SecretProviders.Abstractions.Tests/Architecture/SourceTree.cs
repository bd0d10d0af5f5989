using System.Collections.Immutable;

namespace SecretProviders.Tests.Architecture;

/// <summary>The C# files of the repository, and who uses whose types.</summary>
internal sealed class SourceTree(IEnumerable<SourceText> files)
{
    public ImmutableArray<SourceText> Files { get; } = [.. files];

    public static SourceTree OfRepository { get; } = Read(Repository.Root);

    /// <summary>Gets the folders right below a folder.</summary>
    public ImmutableArray<string> FoldersIn(string folder) =>
    [
        .. Files.Where(file => file.IsIn(folder))
            .Select(file => file.Path[(folder.Length + 1)..].Split('/'))
            .Where(static parts => parts.Length > 1)
            .Select(parts => $"{folder}/{parts[0]}")
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Finds where files of some folders use types declared in others: one line each.</summary>
    public ImmutableArray<string> Uses(IEnumerable<string> users, IEnumerable<string> used)
    {
        var (usingFolders, usedFolders) = (users.ToArray(), used.ToArray());
        var types = Files.Where(file => file.IsIn(usedFolders)).ToLookup(static file => file.Type, StringComparer.Ordinal);
        return
        [
            .. from file in Files
               where file.IsIn(usingFolders) && !file.IsIn(usedFolders)
               from word in file.Words.Order(StringComparer.Ordinal)
               from declared in types[word].Take(1)
               select $"{file.Path} uses {word} of {declared.Path}",
        ];
    }

    private static SourceTree Read(string root) => new(
        from path in Directory.EnumerateFiles(System.IO.Path.Combine(root, "src"), "*.cs", SearchOption.AllDirectories)
        let relative = System.IO.Path.GetRelativePath(root, path).Replace('\\', '/')
        where !relative.Contains("/obj/", StringComparison.Ordinal) && !relative.Contains("/bin/", StringComparison.Ordinal)
        orderby relative
        select new SourceText(relative, File.ReadAllText(path)));
}
