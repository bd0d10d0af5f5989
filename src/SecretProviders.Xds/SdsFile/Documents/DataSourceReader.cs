using Google.Protobuf;
using SecretProviders.Xds.Protos.Core;

namespace SecretProviders.SdsFile;

/// <summary>
/// Reads the data that a resource carries or refers to, and notes the files and folders that matter to it, also those
/// that cannot be read: they may come.
/// </summary>
/// <param name="outside">Reads what lies outside the resource; null when only the paths are wanted.</param>
/// <param name="folder">Where relative paths start.</param>
internal sealed class DataSourceReader(OutsideData? outside, string folder)
{
    private readonly SortedSet<string> _paths = new(StringComparer.Ordinal);

    /// <summary>Gets the paths that the resource refers to.</summary>
    public IReadOnlyCollection<string> Paths => _paths;

    public DataSource? Find(MapReader fields, string field) => fields.Message(field, Read);

    /// <summary>Notes the folder that a message wants watched.</summary>
    public void Watch(MapReader fields) => fields.Message<object>("watched_directory", Folder);

    /// <exception cref="ResourceFormatException">It is no data source, or refers to what cannot be had.</exception>
    public DataSource Read(MapReader fields)
    {
        Watch(fields);
        var line = fields.Line;
        var (inlineString, inlineBytes, filename, variable) =
            (fields.Text("inline_string"), fields.Text("inline_bytes"), fields.Text("filename"), fields.Text("environment_variable"));
        return (inlineString, inlineBytes, filename, variable) switch
        {
            ({ } text, null, null, null) => new DataSource { InlineString = text },
            (null, { } base64, null, null) => new DataSource { InlineBytes = Decode(base64, line) },
            (null, null, { } path, null) => new DataSource { InlineBytes = File(path, line) },
            (null, null, null, { } name) => new DataSource { InlineString = outside?.Variable(name, line) ?? string.Empty },
            _ => throw new ResourceFormatException(line, "data need exactly one of inline_string, inline_bytes, filename and environment_variable"),
        };
    }

    private static ByteString Decode(string base64, int line)
    {
        // Protobuf's JSON mapping takes the alphabet of URLs as well, and no padding.
        var standard = base64.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        try
        {
            return UnsafeByteOperations.UnsafeWrap(Convert.FromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '=')));
        }
        catch (FormatException)
        {
            throw new ResourceFormatException(line, "'inline_bytes' is not base64");
        }
    }

    private ByteString File(string path, int line)
    {
        var full = Full(path, "filename", line);
        _paths.Add(full);
        return outside?.File(full) ?? ByteString.Empty;
    }

    private string Full(string path, string field, int line) => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal)
        ? throw new ResourceFormatException(line, $"'{field}' is no path; write one")
        : Path.GetFullPath(path, folder);

    private object Folder(MapReader fields)
    {
        // Folders are watched whatever may happen in them.
        fields.Flag("watch_modify");
        if (fields.Text("path") is { } path)
        {
            _paths.Add(Full(path, "path", fields.Line));
        }

        return string.Empty;
    }
}
