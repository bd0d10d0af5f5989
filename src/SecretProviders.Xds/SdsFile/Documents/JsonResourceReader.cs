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
        try
        {
            reader.Read();
            var node = ReadNode(ref reader, bytes);
            return reader.Read() ? throw new ResourceFormatException(Line(ref reader, bytes), "goes on after its end; one file holds one document") : node;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            var line = exception is JsonException { LineNumber: { } number } ? (int)number + 1 : Line(ref reader, bytes);
            throw new ResourceFormatException(line, "is not JSON; check quotes, commas and brackets");
        }
    }

    private static int Line(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes) => bytes[..(int)Math.Min(reader.TokenStartIndex, bytes.Length)].Count((byte)'\n') + 1;

    private static ResourceNode ReadNode(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes)
    {
        var line = Line(ref reader, bytes);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadMap(ref reader, bytes, line);
            case JsonTokenType.StartArray:
                return ReadList(ref reader, bytes, line);
            case JsonTokenType.Null:
                return new ResourceNode.Scalar(line, null);
            case JsonTokenType.String:
                return new ResourceNode.Scalar(line, reader.GetString());
            default:
                return new ResourceNode.Scalar(line, Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    private static ResourceNode.Map ReadMap(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, int line)
    {
        var map = new MapBuilder(line);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            var keyLine = Line(ref reader, bytes);
            reader.Read();
            map.Add(key, keyLine, ReadNode(ref reader, bytes));
        }

        return map.Build();
    }

    private static ResourceNode.List ReadList(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, int line)
    {
        var items = new List<ResourceNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadNode(ref reader, bytes));
        }

        return new ResourceNode.List(line, items);
    }
}
