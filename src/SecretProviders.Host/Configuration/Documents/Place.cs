namespace SecretProviders.Host.Configuration;

/// <summary>Where a setting was written: a line of a file, an environment variable or a switch.</summary>
/// <param name="Text">As an error message shows it: <c>FILE:LINE</c>, the variable's name, or the switch.</param>
/// <param name="Line">The line in the file, from 1; 0 when it is not a file.</param>
/// <param name="Folder">What relative paths at this place are relative to.</param>
internal sealed record Place(string Text, int Line, string Folder)
{
    /// <summary>Gets a value indicating whether names written here match without regard to case, as in environment variables.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>Makes the place of a file's first line.</summary>
    public static Place InFile(string file, string folder) =>
        new($"{file}:1", 1, Path.GetDirectoryName(Path.Combine(folder, file)) ?? folder);

    /// <summary>Makes the place of another line of the same file.</summary>
    public Place AtLine(int line) => this with { Text = $"{Text[..Text.LastIndexOf(':')]}:{line}", Line = line };
}
