namespace SecretProviders.FileSystem;

/// <summary>One file of a layout.</summary>
/// <param name="Name">The field it becomes; empty when the file is the whole secret.</param>
/// <param name="Path">Its path below the source's folder.</param>
/// <param name="Required">Whether its presence selects the layout, and its absence then makes the secret incomplete.</param>
internal readonly record struct FileSystemField(string Name, string Path, bool Required);
