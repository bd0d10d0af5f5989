using System.Collections.Immutable;
using SecretProviders.Watching;

namespace SecretProviders.FileSystem;

/// <summary>The only type here that touches the disk. Looks before it opens, and never opens what could block.</summary>
/// <param name="root">The source's folder, absolute.</param>
internal sealed class FileSystemTree(string root)
{
    private const int MaxFieldsInFolder = 256;

    /// <summary>Gets the source's folder.</summary>
    public string Root => root;

    /// <summary>Gets the absolute path of one below the source's folder.</summary>
    public string PathOf(string path) => Path.Join(root, path);

    /// <summary>Finds the files of the first layout that is there. All links are followed anew.</summary>
    public FileSystemSet Look(ImmutableArray<FileSystemLayout> layouts)
    {
        var walk = FilePathWalk.Follow(root, FilePathWalk.ReadLink);
        var realRoot = walk.RealPath ?? root;
        var rootEntry = walk.RealPath is null ? new FileEntry(FileEntryKind.Loop) : FileStat.Look(realRoot);
        var set = new FileSystemSet(root, realRoot, rootEntry);
        if (rootEntry.Kind != FileEntryKind.Folder)
        {
            return set;
        }

        foreach (var layout in layouts)
        {
            ImmutableArray<FileSystemFile> files = layout.WholeFolder ? FilesOfFolder(layout.Place, realRoot) : [.. layout.Fields.Select(field => Find(field, realRoot))];
            if (files.Any(file => IsThere(file, layout)))
            {
                return set with { Layout = layout, Files = [.. files.Where(static file => file.Field.Required || file.Entry.Kind != FileEntryKind.Missing)] };
            }
        }

        return set;

        // A folder in the place of the secret itself is where other layouts look, not a broken file.
        bool IsThere(FileSystemFile file, FileSystemLayout layout) =>
            file.Field.Required
            && file.Entry.Kind != FileEntryKind.Missing
            && !(file.Entry.Kind == FileEntryKind.Folder && layouts.Any(other => other != layout && other.Place == file.Field.Path));
    }

    private FileSystemFile Find(FileSystemField field, string realRoot)
    {
        var walk = FilePathWalk.Follow(Path.Join(realRoot, field.Path), FilePathWalk.ReadLink);
        var path = PathOf(field.Path);
        if (walk.RealPath is null)
        {
            return new FileSystemFile(field, path, path, new FileEntry(FileEntryKind.Loop)) { Generation = walk.LastTarget };
        }

        var entry = FileStat.Look(walk.RealPath);
        if (entry.Kind == FileEntryKind.Missing && walk.LastEnd is { } end && FileStat.Look(end).Kind == FileEntryKind.Missing)
        {
            entry = entry with { Kind = FileEntryKind.Dangling };
        }

        return new FileSystemFile(field, path, walk.RealPath, entry) { Generation = walk.LastTarget };
    }

    private ImmutableArray<FileSystemFile> FilesOfFolder(string place, string realRoot)
    {
        var folder = FilePathWalk.Follow(Path.Join(realRoot, place), FilePathWalk.ReadLink).RealPath;
        if (folder is null || FileStat.Look(folder).Kind != FileEntryKind.Folder)
        {
            return [];
        }

        try
        {
            return
            [
                .. new DirectoryInfo(folder).EnumerateFileSystemInfos()
                    .Select(static entry => entry.Name)
                    .Where(static name => !name.StartsWith('.'))
                    .Take(MaxFieldsInFolder + 1)
                    .Order(StringComparer.Ordinal)
                    .Select(name => Find(new FileSystemField(name, $"{place}/{name}", Required: true), realRoot))
                    .Where(static file => file.Entry.Kind is not (FileEntryKind.Folder or FileEntryKind.Missing)),
            ];
        }
        catch (UnauthorizedAccessException)
        {
            var entry = FileStat.Look(folder) with { Kind = FileEntryKind.Denied };
            return [new FileSystemFile(new FileSystemField(string.Empty, place, Required: true), PathOf(place), folder, entry)];
        }
        catch (IOException)
        {
            // It went away in this moment; whoever looks again sees what came.
            return [];
        }
    }
}
