using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SecretProviders.SdsFile;

/// <summary>Reads YAML from parser events alone. Aliases, tags and several documents are refused: Envoy's files need none.</summary>
internal static class YamlResourceReader
{
    private const int MaxDepth = 32;

    /// <exception cref="ResourceFormatException">It is not YAML, or more than is allowed.</exception>
    public static ResourceNode Read(string text)
    {
        using var reader = new StringReader(text);
        var parser = new Parser(reader);
        try
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                throw new ResourceFormatException(1, "is empty; write resources");
            }

            var node = ReadNode(parser, depth: 0);
            parser.Consume<DocumentEnd>();
            return parser.TryConsume<DocumentStart>(out var second)
                ? throw new ResourceFormatException(Line(second), "begins a second document; one file holds one")
                : node;
        }
        catch (Exception exception) when (exception is YamlException or InvalidOperationException or ArgumentException)
        {
            // The last two are how the parser ends at a bracket that is not closed, and at some tags. Its messages may quote what it read.
            var line = (exception as YamlException)?.Start.Line ?? parser.Current?.End.Line ?? 1;
            throw new ResourceFormatException((int)Math.Max(1, line), "is not YAML; check indentation, quotes and brackets");
        }
    }

    private static int Line(ParsingEvent parsed) => (int)parsed.Start.Line;

    private static ResourceNode ReadNode(Parser parser, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ResourceFormatException(Line(parser.Current!), $"is nested deeper than {MaxDepth} levels");
        }

        if (parser.Current is AnchorAlias or NodeEvent { Tag.IsEmpty: false })
        {
            throw new ResourceFormatException(Line(parser.Current), "is an alias or carries a tag; write the value out");
        }

        if (parser.TryConsume<MappingStart>(out var mapping))
        {
            return ReadMap(parser, Line(mapping), depth);
        }

        if (parser.TryConsume<SequenceStart>(out var sequence))
        {
            return ReadList(parser, Line(sequence), depth);
        }

        var scalar = parser.Consume<Scalar>();
        var isNull = scalar is { Style: ScalarStyle.Plain, Value: "" or "~" or "null" };
        return new ResourceNode.Scalar(Line(scalar), isNull ? null : scalar.Value);
    }

    private static ResourceNode.Map ReadMap(Parser parser, int line, int depth)
    {
        var map = new MapBuilder(line);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
            {
                throw new ResourceFormatException(Line(parser.Current!), "has a key that is no text");
            }

            map.Add(key.Value, Line(key), ReadNode(parser, depth + 1));
        }

        return map.Build();
    }

    private static ResourceNode.List ReadList(Parser parser, int line, int depth)
    {
        var items = new List<ResourceNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(parser, depth + 1));
        }

        return new ResourceNode.List(line, items);
    }
}
