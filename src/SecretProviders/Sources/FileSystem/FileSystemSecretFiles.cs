using System.Collections.Immutable;
using SecretProviders.Watching;

namespace SecretProviders.FileSystem;

/// <summary>The files of one reference, read as one set or not at all.</summary>
internal sealed class FileSystemSecretFiles
{
    // A generation is read in well under a millisecond, so swaps every few milliseconds still leave gaps enough.
    private const int MaxReads = 10;

    private readonly FileSystemTree _tree;
    private readonly ImmutableArray<FileSystemLayout> _layouts;
    private readonly SecretKind? _kind;
    private readonly int _maxBytes;
    private readonly string _source;

    public FileSystemSecretFiles(FileSystemTree tree, FileSystemKey key, SecretReference reference, int maxBytes, string source)
    {
        var exact = reference.Property is not null;
        _tree = tree;
        _layouts = FileSystemLayout.Of(key, reference.Kind, exact);
        _kind = reference.Kind;
        _maxBytes = maxBytes;
        _source = source;
        Paths = [.. FileSystemLayout.PathsOf(key, reference.Kind, exact).Select(tree.PathOf)];
    }

    /// <summary>Gets what to watch: every path at which a file of the reference may lie.</summary>
    public ImmutableArray<string> Paths { get; }

    /// <summary>Finds the files, and opens none.</summary>
    public FileSystemSet Look() => _tree.Look(_layouts);

    /// <summary>
    /// Reads the files. Links are followed once, before; all files are read from where they then led; and what was
    /// found before must be found again after, else another generation came and everything is read again.
    /// </summary>
    /// <returns>The state, or null when the files kept moving; with the set that was read.</returns>
    public (SecretState? State, FileSystemSet Set) Read()
    {
        var set = Look();
        for (var read = 0; read < MaxReads; read++)
        {
            var values = ImmutableArray<SensitiveBytes>.Empty;
            var state = FileSystemReader.Judge(set, _maxBytes) ?? ReadAll(set, out values);
            var after = Look();
            if (after.Equals(set))
            {
                return (state ?? FileSystemReader.Decode(set, values, _kind, _maxBytes, _source), set);
            }

            set = after;
        }

        return (null, set);
    }

    private static SecretState? ReadAll(FileSystemSet set, out ImmutableArray<SensitiveBytes> values)
    {
        var read = ImmutableArray.CreateBuilder<SensitiveBytes>(set.Files.Length);
        values = [];
        foreach (var file in set.Files)
        {
            try
            {
                read.Add(RegularFile.Read(file.RealPath, file.Entry));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return FileSystemReader.Fail(file, exception);
            }
        }

        values = read.MoveToImmutable();
        return null;
    }
}
