namespace SecretProviders.Watching;

/// <summary>The paths of one watch, and the directory entries that decide what they mean at this moment.</summary>
internal sealed class FileWatchPaths(IEnumerable<string> paths)
{
    // A folder with more entries is no secret; its further links are seen by the poll.
    private const int MaxLinksInFolder = 256;

    private readonly string[] _paths = [.. paths.Select(Path.GetFullPath)];

    /// <summary>Follows every path, and every link inside a folder that a path leads to.</summary>
    /// <returns>The entries met, outer ones first.</returns>
    public List<DirectoryDependency> Walk()
    {
        var met = new List<DirectoryDependency>();
        var links = new Dictionary<string, string?>(StringComparer.Ordinal);
        string? ReadLink(string path) => links.TryGetValue(path, out var known) ? known : links[path] = FilePathWalk.ReadLink(path);

        foreach (var path in _paths)
        {
            if (FilePathWalk.Follow(path, ReadLink, met).RealPath is { } real && Directory.Exists(real))
            {
                met.Add(new DirectoryDependency(real, string.Empty, Content: true));
                foreach (var link in LinksIn(real))
                {
                    FilePathWalk.Follow(link, ReadLink, met);
                }
            }
        }

        return met;
    }

    private static string[] LinksIn(string directory)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(directory).EnumerateFileSystemInfos()
                    .Where(static entry => entry.LinkTarget is not null && !entry.Name.StartsWith('.'))
                    .Take(MaxLinksInFolder)
                    .Select(static entry => entry.FullName),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
