using System.Collections.Immutable;
using SecretProviders.Watching;

namespace SecretProviders.FileSystem;

/// <summary>
/// The files of one secret as they were found at one look, before any was opened. Two equal sets, one before and one
/// after a read, mean that all was read from one generation: no link, folder or file of it moved in between.
/// </summary>
/// <param name="Root">The source's folder.</param>
/// <param name="RealRoot">Where it really lies.</param>
/// <param name="RootEntry">What lies there; only its identity counts, since its times change with every neighbour.</param>
internal sealed record FileSystemSet(string Root, string RealRoot, FileEntry RootEntry)
{
    /// <summary>Gets the layout that the files are in, or null when there is no file of any.</summary>
    public FileSystemLayout? Layout { get; init; }

    /// <summary>Gets the files that are there, or should be.</summary>
    public ImmutableArray<FileSystemFile> Files { get; init; } = [];

    /// <summary>Gets the total size of the files.</summary>
    public long Size => Files.Sum(static file => file.Entry.Size);

    /// <summary>Gets when a file was last written, renamed or made; the oldest instant when there is none.</summary>
    public DateTimeOffset LastChange => new(
        Files.Select(static file => Math.Max(file.Entry.Modified, file.Entry.Changed)).Append(DateTime.MinValue.Ticks).Max(), TimeSpan.Zero);

    /// <summary>Gets where the secret lies, for people.</summary>
    public string Place => Layout is null ? Root : Path.Join(Root, Layout.Place);

    /// <summary>Gets what the operator calls this generation: the name that the last link points to, or null without links.</summary>
    public string? Generation =>
        Files is [{ Generation: { } target }, ..] ? Path.GetFileName(Path.TrimEndingDirectorySeparator(target)) : null;

    /// <inheritdoc/>
    public bool Equals(FileSystemSet? other) =>
        other is not null
        && RealRoot == other.RealRoot
        && RootEntry.Kind == other.RootEntry.Kind
        && RootEntry.Identity == other.RootEntry.Identity
        && Layout?.Place == other.Layout?.Place
        && Files.SequenceEqual(other.Files);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RealRoot, Files.Length);
}
