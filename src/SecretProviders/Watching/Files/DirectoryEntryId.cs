namespace SecretProviders.Watching;

/// <summary>A name in a watched directory; the empty name stands for every entry whose name does not begin with a dot.</summary>
internal readonly record struct DirectoryEntryId(long Directory, string Name);
