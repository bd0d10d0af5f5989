namespace SecretProviders.SdsFile;

/// <summary>What one may set of a source that reads one of Envoy's SDS resource files.</summary>
public sealed class SdsFileSecretSourceOptions
{
    /// <summary>Gets or sets the resource file: JSON when its name ends in <c>.json</c>, else YAML. It need not exist yet.</summary>
    /// <value>There is no default. A relative path starts at the current directory of the process.</value>
    public string Path { get; set; } = string.Empty;

    /// <summary>Gets or sets a value indicating whether a resource may take data from environment variables of this process.</summary>
    /// <value>The default is false: the environment of a server often holds other people's secrets.</value>
    public bool AllowEnvironment { get; set; }

    /// <summary>
    /// Gets or sets the time between two looks at the files. Changes are normally announced by the operating system and
    /// seen within milliseconds; this is for what is not announced, above all on network file systems.
    /// </summary>
    /// <value>The default is one minute; from one second to one day.</value>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets how long the first answer for a reference may take before it counts as Unavailable.</summary>
    /// <value>The default is 5 seconds; above zero and at most one day.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the size of the largest file, the resource file and those that it names, in bytes. Larger ones are not read.</summary>
    /// <value>The default is 4 MiB; at most 64 MiB.</value>
    public int MaxBytes { get; set; } = 4 * 1024 * 1024;
}
