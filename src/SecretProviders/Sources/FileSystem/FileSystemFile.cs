using SecretProviders.Watching;

namespace SecretProviders.FileSystem;

/// <summary>One file of a set as it was found.</summary>
/// <param name="Field">Its part in the layout.</param>
/// <param name="Path">Its path as the operator knows it.</param>
/// <param name="RealPath">Where it really lies, without any link.</param>
/// <param name="Entry">What lies there.</param>
internal readonly record struct FileSystemFile(FileSystemField Field, string Path, string RealPath, FileEntry Entry)
{
    /// <summary>Gets what the last link below the source's folder points to, or null without a link.</summary>
    public string? Generation { get; init; }
}
