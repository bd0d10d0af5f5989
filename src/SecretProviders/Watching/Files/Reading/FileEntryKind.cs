namespace SecretProviders.Watching;

/// <summary>What a path leads to.</summary>
internal enum FileEntryKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A link that leads to nothing.</summary>
    Dangling,

    /// <summary>Links that go round in circles.</summary>
    Loop,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A FIFO, a socket or a device: opening it may block or do something.</summary>
    Special,

    /// <summary>This process may not look there.</summary>
    Denied,

    /// <summary>The file system gave an error.</summary>
    Failed,
}
