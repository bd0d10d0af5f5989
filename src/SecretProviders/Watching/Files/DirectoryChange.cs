namespace SecretProviders.Watching;

/// <summary>What happened to a directory entry, as far as it matters to who reads files.</summary>
internal enum DirectoryChange
{
    /// <summary>Somebody writes into the entry, or changed its permissions: more may follow.</summary>
    Written,

    /// <summary>The entry is new and may still be filled: more may follow.</summary>
    Created,

    /// <summary>The entry is gone or was moved away: another may take its place.</summary>
    Gone,

    /// <summary>The entry was put in its place in one step, complete: a rename over it, or a new link.</summary>
    Replaced,

    /// <summary>Nobody knows what happened: events were lost, or the directory is no longer watched.</summary>
    Lost,
}
