namespace SecretProviders.Watching;

/// <summary>One directory entry on which the meaning of a path depends.</summary>
/// <param name="Directory">The directory, with no link on its own path.</param>
/// <param name="Name">The entry's name, or empty for every entry whose name does not begin with a dot.</param>
/// <param name="Content">Whether what is written into the entry matters too, not only which entry it is.</param>
internal readonly record struct DirectoryDependency(string Directory, string Name, bool Content);
