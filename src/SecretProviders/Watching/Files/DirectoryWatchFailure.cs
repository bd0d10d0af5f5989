namespace SecretProviders.Watching;

/// <summary>Why a directory's changes are not announced, so that only the poll sees them.</summary>
internal enum DirectoryWatchFailure
{
    /// <summary>They are announced, or there is no such directory (its nearest ancestor announces it).</summary>
    None,

    /// <summary>The operating system's limit on watched directories or watchers is reached.</summary>
    LimitReached,

    /// <summary>This process may not read the directory.</summary>
    Denied,

    /// <summary>The operating system or the file system cannot watch.</summary>
    Unsupported,
}
