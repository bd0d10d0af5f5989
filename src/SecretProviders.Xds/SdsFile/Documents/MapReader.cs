using System.Globalization;
using System.Text;

namespace SecretProviders.SdsFile;

/// <summary>
/// Reads one message strictly, by protobuf's JSON mapping: a field may be spelt as in the proto or in camel case, and a
/// field that nobody asked for is refused, since it might say who is trusted.
/// </summary>
internal sealed class MapReader
{
    private readonly Dictionary<string, ResourceNode> _fields = new(StringComparer.Ordinal);
    private readonly ResourceNode.Map _map;

    private MapReader(ResourceNode node, string what)
    {
        _map = node as ResourceNode.Map ?? throw new ResourceFormatException(node.Line, $"{what} is no map of fields");
        foreach (var (key, value) in _map.Entries)
        {
            if (!_fields.TryAdd(ProtoName(key), value))
            {
                throw new ResourceFormatException(value.Line, $"'{key}' is there in both spellings; keep one");
            }
        }
    }

    public int Line => _map.Line;

    /// <summary>Reads a message.</summary>
    /// <param name="node">The value.</param>
    /// <param name="what">The message's field, for what is said about it.</param>
    /// <param name="read">Reads its fields.</param>
    /// <exception cref="ResourceFormatException">It is not such a message.</exception>
    public static T Read<T>(ResourceNode node, string what, Func<MapReader, T> read)
    {
        var reader = new MapReader(node, what);
        var result = read(reader);
        foreach (var (field, value) in reader._fields)
        {
            throw new ResourceFormatException(value.Line, $"'{field}' is not understood in {what}; remove it, or serve this secret by other means");
        }

        return result;
    }

    /// <summary>Takes a field; null when it is absent or null.</summary>
    public ResourceNode? Take(string field) => _fields.Remove(field, out var value) && value is not ResourceNode.Scalar { Value: null } ? value : null;

    public string? Text(string field) => Take(field) switch
    {
        null => null,
        ResourceNode.Scalar { Value: { } text } => text,
        var other => throw new ResourceFormatException(other.Line, $"'{field}' is no text"),
    };

    public bool Flag(string field) => Take(field) switch
    {
        null or ResourceNode.Scalar { Value: "false" } => false,
        ResourceNode.Scalar { Value: "true" } => true,
        var other => throw new ResourceFormatException(other.Line, $"'{field}' is neither true nor false"),
    };

    public uint? Number(string field) => Take(field) switch
    {
        null => null,
        ResourceNode.Scalar { Value: { } text } when uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var other => throw new ResourceFormatException(other.Line, $"'{field}' is no whole number"),
    };

    /// <summary>Reads a word of an enumeration.</summary>
    public T Word<T>(string field, IReadOnlyDictionary<string, T> words)
    {
        var node = Take(field);
        return node is ResourceNode.Scalar { Value: { } text } && words.TryGetValue(text, out var value)
            ? value
            : node is null ? words.Values.First() : throw new ResourceFormatException(node.Line, $"'{field}' is none of {string.Join(", ", words.Keys)}");
    }

    public T? Message<T>(string field, Func<MapReader, T> read)
        where T : class => Take(field) is { } node ? Read(node, $"'{field}'", read) : null;

    public IEnumerable<T> Messages<T>(string field, Func<MapReader, T> read) => Items(field).Select(item => Read(item, $"'{field}'", read));

    public IEnumerable<string> Texts(string field) => Items(field).Select(item =>
        item is ResourceNode.Scalar { Value: { } text } ? text : throw new ResourceFormatException(item.Line, $"'{field}' holds something that is no text"));

    /// <summary>Takes a map whose keys the writer chose.</summary>
    public IEnumerable<(string Key, ResourceNode Value)> Named(string field) => Take(field) switch
    {
        null => [],
        ResourceNode.Map map => map.Entries.Select(static entry => (entry.Key, entry.Value)),
        var other => throw new ResourceFormatException(other.Line, $"'{field}' is no map"),
    };

    public IReadOnlyList<ResourceNode> Items(string field) => Take(field) switch
    {
        null => [],
        ResourceNode.List list => list.Items,
        var other => throw new ResourceFormatException(other.Line, $"'{field}' is no list"),
    };

    private static string ProtoName(string key)
    {
        var name = new StringBuilder(key.Length);
        foreach (var letter in key)
        {
            if (char.IsAsciiLetterUpper(letter))
            {
                name.Append('_').Append(char.ToLowerInvariant(letter));
            }
            else
            {
                name.Append(letter);
            }
        }

        return name.ToString();
    }
}
