namespace SecretProviders.FileSystem;

/// <summary>What one may set of a source that serves secrets of a folder.</summary>
public sealed class FileSystemSecretSourceOptions
{
    /// <summary>Gets or sets the folder. Every key is a path below it. It need not exist yet.</summary>
    /// <value>There is no default. A relative path starts at the current directory of the process.</value>
    public string Path { get; set; } = string.Empty;

    /// <summary>
    /// Gets or sets the time between two looks at everything that is watched. Changes are normally announced by the
    /// operating system and seen within milliseconds; this is for what is not announced, above all on network file systems.
    /// </summary>
    /// <value>The default is one minute; from one second to one day.</value>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how long the first answer for a reference may take before it counts as Unavailable.</summary>
    /// <value>The default is 5 seconds; above zero and at most one day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the greatest size of all files of one secret together, in bytes. Larger ones are never opened.</summary>
    /// <value>The default is 1 MiB; at most 64 MiB.</value>
    public int MaxBytes { get; set; } = 1024 * 1024;
}
