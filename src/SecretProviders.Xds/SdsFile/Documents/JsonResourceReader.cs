using System.Text;
using System.Text.Json;

namespace SecretProviders.SdsFile;

/// <summary>Reads JSON. The bytes come from a file and may hold keys, so they are read in place.</summary>
internal static class JsonResourceReader
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, MaxDepth = 32 };

    /// <exception cref="ResourceFormatException">It is not JSON, or more than is allowed.</exception>
    public static ResourceNode Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, Options);
        var lines = new Lines(bytes);
        try
        {
            reader.Read();
            var node = ReadNode(ref reader, ref lines);
            return reader.Read() ? throw new ResourceFormatException(lines.Of(reader.TokenStartIndex), "goes on after its end; one file holds one document") : node;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            var line = exception is JsonException { LineNumber: { } number } ? (int)number + 1 : lines.Of(reader.TokenStartIndex);
            throw new ResourceFormatException(line, "is not JSON; check quotes, commas and brackets");
        }
    }

    private static ResourceNode ReadNode(ref Utf8JsonReader reader, ref Lines lines)
    {
        var line = lines.Of(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadMap(ref reader, ref lines, line);
            case JsonTokenType.StartArray:
                return ReadList(ref reader, ref lines, line);
            case JsonTokenType.Null:
                return new ResourceNode.Scalar(line, null);
            case JsonTokenType.String:
                return new ResourceNode.Scalar(line, reader.GetString());
            default:
                return new ResourceNode.Scalar(line, Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    private static ResourceNode.Map ReadMap(ref Utf8JsonReader reader, ref Lines lines, int line)
    {
        var map = new MapBuilder(line);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            var keyLine = lines.Of(reader.TokenStartIndex);
            reader.Read();
            map.Add(key, keyLine, ReadNode(ref reader, ref lines));
        }

        return map.Build();
    }

    private static ResourceNode.List ReadList(ref Utf8JsonReader reader, ref Lines lines, int line)
    {
        var items = new List<ResourceNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadNode(ref reader, ref lines));
        }

        return new ResourceNode.List(line, items);
    }

    // Counts on from the last place: a count from the start for each token would take seconds for a large file.
    private ref struct Lines(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _counted;
        private int _line = 1;

        /// <summary>Gets the line of a place, which is not before the one asked last.</summary>
        public int Of(long place)
        {
            var end = (int)Math.Clamp(place, _counted, _bytes.Length);
            _line += _bytes[_counted..end].Count((byte)'\n');
            _counted = end;
            return _line;
        }
    }
}
