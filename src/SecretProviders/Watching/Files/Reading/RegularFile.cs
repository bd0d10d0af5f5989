namespace SecretProviders.Watching;

/// <summary>
/// Reads regular files, whole, and opens nothing else: to open a FIFO waits for who writes to it, and to open a device
/// may do something. Looks first, since the BCL cannot open without waiting.
/// </summary>
internal static class RegularFile
{
    /// <summary>Looks at what a path leads to, by way of links too, and opens nothing.</summary>
    /// <returns>Where it really lies, or null when its links go round in circles; and what lies there.</returns>
    public static (string? RealPath, FileEntry Entry) Look(string path)
    {
        var real = FilePathWalk.Follow(Path.GetFullPath(path), FilePathWalk.ReadLink).RealPath;
        return (real, real is null ? new FileEntry(FileEntryKind.Loop) : FileStat.Look(real));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="maxBytes">The greatest size.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="SecretSourceException">Something else is there, or a larger file; the message is for people.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static SensitiveBytes Read(string path, int maxBytes)
    {
        var (real, entry) = Look(path);
        return entry.Kind switch
        {
            FileEntryKind.File when entry.Size <= maxBytes => Read(real!, entry),
            FileEntryKind.File => throw Unsound($"The file '{path}' has {entry.Size} bytes, but {maxBytes} are allowed: name the right file."),
            FileEntryKind.Missing or FileEntryKind.Dangling => throw new FileNotFoundException("there is no such file; put it there, or correct the path.", path),
            FileEntryKind.Loop => throw Unsound($"The links of '{path}' go round in circles: correct them."),
            FileEntryKind.Folder => throw Unsound($"'{path}' is a folder, but a file is expected there: name the file."),
            FileEntryKind.Special => throw Unsound($"'{path}' is a FIFO, a socket or a device, but a regular file is expected there: put one there."),
            FileEntryKind.Denied => throw new UnauthorizedAccessException("it may not be looked at; let this process search the folders above it."),
            _ => throw new IOException($"it cannot be looked at (error {entry.Error} of the operating system)."),
        };
    }

    /// <summary>Reads exactly as many bytes as a look found.</summary>
    /// <param name="realPath">Where the file really lies.</param>
    /// <param name="entry">The file.</param>
    /// <exception cref="EndOfStreamException">The file has become shorter.</exception>
    public static SensitiveBytes Read(string realPath, in FileEntry entry)
    {
        // Where the look cannot tell a FIFO from a file, its size of zero keeps it from being opened.
        if (entry.Size == 0 && !OperatingSystem.IsLinux())
        {
            return SensitiveBytes.Copy([]);
        }

        using var handle = File.OpenHandle(realPath, options: FileOptions.SequentialScan);
        return SensitiveBytes.Create((int)entry.Size, handle, static (bytes, handle) =>
        {
            var offset = 0;
            while (offset < bytes.Length)
            {
                var read = RandomAccess.Read(handle, bytes[offset..], offset);
                offset += read > 0 ? read : throw new EndOfStreamException("it became shorter while it was read.");
            }
        });
    }

    private static SecretSourceException Unsound(string message) => new(SecretErrorCode.Invalid, message);
}
