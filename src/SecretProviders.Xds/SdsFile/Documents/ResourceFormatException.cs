namespace SecretProviders.SdsFile;

/// <summary>A file, or a resource in it, that cannot be read as what it should be. The message holds none of its values.</summary>
internal sealed class ResourceFormatException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}
