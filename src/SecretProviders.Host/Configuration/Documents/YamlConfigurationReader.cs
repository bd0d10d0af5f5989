using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlScalarStyle = YamlDotNet.Core.ScalarStyle;

namespace SecretProviders.Host.Configuration;

/// <summary>
/// Turns YAML into the node tree from parser events alone: no reflection, a line for every node. What makes YAML
/// surprising is refused: aliases, tags, several documents, keys that are not texts.
/// </summary>
internal sealed class YamlConfigurationReader(Place start, ConfigurationErrors errors)
{
    private const int MaxDepth = 32;

    /// <summary>Reads one document; null when it is empty or cannot be parsed.</summary>
    public ConfigurationNode? Read(string text)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                return null;
            }

            var node = ReadNode(parser, string.Empty, 0);
            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
            {
                errors.Add(At(second), string.Empty, "a second document begins; one file holds one configuration");
            }

            return node is ConfigurationNode.Scalar { Text: null } ? null : node;
        }
        catch (YamlException exception)
        {
            errors.Add(start.AtLine(Line(exception, text)), string.Empty, $"is not YAML: {Reason(exception)}; check indentation, quotes and brackets here");
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // So the parser ends at a bracket that is not closed, and at some tags.
            errors.Add(start.AtLine((int)Math.Max(1, parser.Current?.End.Line ?? 1)), string.Empty, "is not YAML; check indentation, quotes and brackets here");
            return null;
        }
    }

    // Of a tab the parser tells where the map began, which may be the first line.
    private static int Line(YamlException exception, string text)
    {
        var tab = exception.Message.Contains(" tab ", StringComparison.Ordinal)
            ? text.Split('\n').TakeWhile(static line => !line[..^line.TrimStart().Length].Contains('\t', StringComparison.Ordinal)).Count() + 1
            : 0;
        return Math.Max(tab, (int)Math.Max(1, exception.Start.Line));
    }

    private static string Reason(YamlException exception) => exception.Message.TrimEnd('.');

    private Place At(ParsingEvent parsed) => start.AtLine((int)parsed.Start.Line);

    private ConfigurationNode ReadNode(IParser parser, string path, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, $"nested deeper than {MaxDepth} levels");
        }

        RefuseTags(parser.Current, path);
        if (parser.TryConsume<MappingStart>(out var mapping))
        {
            return ReadMap(parser, At(mapping), path, depth);
        }

        if (parser.TryConsume<SequenceStart>(out var sequence))
        {
            return ReadList(parser, At(sequence), path, depth);
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            errors.Add(At(alias), path, "is an alias; write the value out, in quotes if it begins with *, or use defaults for what routes share");
            return new ConfigurationNode.Scalar(At(alias), null, ScalarStyle.Plain);
        }

        var scalar = parser.Consume<Scalar>();
        var quoted = scalar.Style is not (YamlScalarStyle.Plain or YamlScalarStyle.Any);
        var isNull = !quoted && scalar.Value is "" or "~" or "null";
        return new ConfigurationNode.Scalar(At(scalar), isNull ? null : scalar.Value, quoted ? ScalarStyle.Text : ScalarStyle.Plain);
    }

    private ConfigurationNode.Map ReadMap(IParser parser, Place place, string path, int depth)
    {
        var map = new ConfigurationNode.Map(place);
        var seen = new Dictionary<string, ConfigurationNode.Entry>(StringComparer.OrdinalIgnoreCase);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.Current is not Scalar)
            {
                throw new YamlException(parser.Current!.Start, parser.Current.End, "a field's name is a plain text");
            }

            var key = parser.Consume<Scalar>();
            var field = ConfigurationDocument.Join(path, key.Value);
            var value = ReadNode(parser, field, depth + 1);
            ConfigurationDocument.AddEntry(map, new ConfigurationNode.Entry(key.Value, At(key), value), seen, field, errors);
        }

        return map;
    }

    private ConfigurationNode.List ReadList(IParser parser, Place place, string path, int depth)
    {
        var list = new ConfigurationNode.List(place);
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            list.Items.Add(ReadNode(parser, $"{path}[{list.Items.Count}]", depth + 1));
        }

        return list;
    }

    private void RefuseTags(ParsingEvent? parsed, string path)
    {
        if (parsed is NodeEvent { Tag.IsEmpty: false } node)
        {
            errors.Add(At(parsed), path, $"carries the tag {node.Tag.Value}; remove it");
        }
    }
}
