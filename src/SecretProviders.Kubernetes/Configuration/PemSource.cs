namespace SecretProviders.Kubernetes.Configuration;

/// <summary>PEM that is written in a configuration or lies in a file, which is read anew each time.</summary>
internal sealed class PemSource
{
    private readonly SensitiveBytes? _written;
    private readonly string? _path;

    private PemSource(SensitiveBytes? written, string? path, string place)
    {
        _written = written;
        _path = path;
        Place = place;
    }

    /// <summary>Gets where it is, for messages.</summary>
    public string Place { get; }

    public static PemSource FromFile(string path) => new(null, path, $"'{path}'");

    public static PemSource Written(SensitiveBytes bytes, string place) => new(bytes, null, place);

    /// <summary>Reads it.</summary>
    /// <exception cref="SecretSourceException">The file cannot be read.</exception>
    public SensitiveBytes Read() => _written ?? SecretFile.Read(_path!);

    public override string ToString() => $"PEM of {Place}";
}
