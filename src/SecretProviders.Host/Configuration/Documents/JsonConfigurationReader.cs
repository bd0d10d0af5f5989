using System.Text;
using System.Text.Json;

namespace SecretProviders.Host.Configuration;

/// <summary>Turns JSON (RFC 8259: no comments, no trailing commas) into the node tree, with a line for every node.</summary>
internal sealed class JsonConfigurationReader(Place start, ConfigurationErrors errors)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };
    private byte[] _bytes = [];
    private long _counted;
    private int _line = 1;

    /// <summary>Reads one document; null when it cannot be parsed.</summary>
    public ConfigurationNode? Read(string text)
    {
        _bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(_bytes, Options);
        try
        {
            reader.Read();
            var node = ReadNode(ref reader, string.Empty);
            reader.Read();
            return node;
        }
        catch (JsonException exception)
        {
            var line = (int)(exception.LineNumber ?? 0) + 1;
            errors.Add(start.AtLine(line), string.Empty, $"is not JSON: {Reason(exception)}; comments and trailing commas are YAML's");
            return null;
        }
    }

    private static string Reason(JsonException exception)
    {
        var end = exception.Message.IndexOf(" LineNumber", StringComparison.Ordinal);
        return (end < 0 ? exception.Message : exception.Message[..end]).TrimEnd('.');
    }

    private Place Here(in Utf8JsonReader reader)
    {
        _line += _bytes.AsSpan((int)_counted, (int)(reader.TokenStartIndex - _counted)).Count((byte)'\n');
        _counted = reader.TokenStartIndex;
        return start.AtLine(_line);
    }

    private ConfigurationNode ReadNode(ref Utf8JsonReader reader, string path)
    {
        var place = Here(reader);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadMap(ref reader, place, path),
            JsonTokenType.StartArray => ReadList(ref reader, place, path),
            JsonTokenType.Number => new ConfigurationNode.Scalar(place, Encoding.UTF8.GetString(reader.ValueSpan), ScalarStyle.Number),
            JsonTokenType.True => new ConfigurationNode.Scalar(place, "true", ScalarStyle.Boolean),
            JsonTokenType.False => new ConfigurationNode.Scalar(place, "false", ScalarStyle.Boolean),
            JsonTokenType.Null => new ConfigurationNode.Scalar(place, null, ScalarStyle.Plain),
            _ => new ConfigurationNode.Scalar(place, reader.GetString(), ScalarStyle.Text),
        };
    }

    private ConfigurationNode.Map ReadMap(ref Utf8JsonReader reader, Place place, string path)
    {
        var map = new ConfigurationNode.Map(place);
        var seen = new Dictionary<string, ConfigurationNode.Entry>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString() ?? string.Empty;
            var namePlace = Here(reader);
            var field = ConfigurationDocument.Join(path, name);
            reader.Read();
            var value = ReadNode(ref reader, field);
            ConfigurationDocument.AddEntry(map, new ConfigurationNode.Entry(name, namePlace, value), seen, field, errors);
        }

        return map;
    }

    private ConfigurationNode.List ReadList(ref Utf8JsonReader reader, Place place, string path)
    {
        var list = new ConfigurationNode.List(place);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            list.Items.Add(ReadNode(ref reader, $"{path}[{list.Items.Count}]"));
        }

        return list;
    }
}
