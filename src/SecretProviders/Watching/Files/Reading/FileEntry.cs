namespace SecretProviders.Watching;

/// <summary>
/// What a path leads to, and everything by which a change of it shows. Two equal entries of one path, one before and
/// one after a read, mean that the read saw one state of the file.
/// </summary>
internal readonly record struct FileEntry(FileEntryKind Kind)
{
    public long Size { get; init; }

    /// <summary>Gets the device and the inode (zero where the operating system tells neither).</summary>
    public (ulong Device, ulong Inode) Identity { get; init; }

    /// <summary>Gets when the content changed, in ticks of UTC.</summary>
    public long Modified { get; init; }

    /// <summary>Gets when content, permissions or name changed (on Linux), or when it was made (elsewhere), in ticks of UTC.</summary>
    public long Changed { get; init; }

    /// <summary>Gets the permission bits (zero where there are none).</summary>
    public UnixFileMode Mode { get; init; }

    public uint Owner { get; init; }

    /// <summary>Gets the operating system's error number of a failure.</summary>
    public int Error { get; init; }
}
