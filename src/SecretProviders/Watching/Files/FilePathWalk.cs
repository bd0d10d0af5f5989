namespace SecretProviders.Watching;

/// <summary>Follows the links of a path one by one, as the kernel does, and tells which directory entries it met.</summary>
internal static class FilePathWalk
{
    // As Linux: path_resolution(7).
    private const int MaxLinks = 40;

    /// <summary>Follows a path to its end.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="readLink">Gets a link's target, or null for what is not a link or does not exist.</param>
    /// <param name="met">Takes the entries on the way, outer ones first; null when nobody wants them.</param>
    public static FileWalk Follow(string path, Func<string, string?> readLink, ICollection<DirectoryDependency>? met = null)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw new ArgumentException($"'{path}' is not an absolute path.", nameof(path));
        }

        var current = Path.GetPathRoot(path)!;
        var ahead = new Stack<string>();
        Push(ahead, path[current.Length..]);
        string? lastTarget = null;
        string? lastEnd = null;
        var behindLink = -1;
        var links = 0;
        while (true)
        {
            if (ahead.Count == behindLink)
            {
                (lastEnd, behindLink) = (current, -1);
            }

            if (!ahead.TryPop(out var name))
            {
                return new FileWalk(current, lastTarget, lastEnd);
            }

            if (name == "..")
            {
                // Current has no link in it, so its lexical parent is its real one.
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            met?.Add(new DirectoryDependency(current, name, Content: ahead.Count == 0));
            var next = Path.Join(current, name);
            if (readLink(next) is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return new FileWalk(null, target, null);
            }

            (lastTarget, behindLink) = (target, ahead.Count);
            if (Path.IsPathRooted(target))
            {
                current = Path.GetPathRoot(Path.GetFullPath(target))!;
                target = target[Path.GetPathRoot(target)!.Length..];
            }

            Push(ahead, target);
        }
    }

    /// <summary>Gets what a link points to, or null for what is not a link, does not exist or may not be looked at.</summary>
    public static string? ReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Push(Stack<string> ahead, string path)
    {
        var names = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] != ".")
            {
                ahead.Push(names[i]);
            }
        }
    }
}
