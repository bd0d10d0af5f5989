using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>Reads YAML, of which JSON is a part, into a tree. Anchors are refused: a few lines of them can expand to anything.</summary>
internal static class YamlReader
{
    private const int Deepest = 32;

    /// <summary>Reads one document.</summary>
    /// <param name="text">The document.</param>
    /// <param name="place">Where it is, for messages.</param>
    /// <exception cref="SecretConfigurationException">It is no such document: the place and the line.</exception>
    public static YamlNode Read(TextReader text, string place)
    {
        var parser = new Parser(text);
        try
        {
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
            {
                return new YamlNode.Scalar(null);
            }

            parser.Consume<DocumentStart>();
            return ReadNode(parser, place, 0);
        }
        catch (Exception exception) when (exception is YamlException or InvalidOperationException or ArgumentException)
        {
            // The last two are how the parser ends at a bracket that is not closed, and at some tags. Its messages may quote the document.
            var line = (exception as YamlException)?.Start.Line ?? parser.Current?.End.Line ?? 1;
            throw new SecretConfigurationException($"{place}, line {line}: this is not YAML; correct it.");
        }
    }

    private static YamlNode ReadNode(Parser parser, string place, int depth)
    {
        if (depth > Deepest)
        {
            throw Refuse(parser, place, "is nested too deeply for a kubeconfig");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return new YamlNode.Scalar(scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" ? null : scalar.Value);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = ImmutableArray.CreateBuilder<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode(parser, place, depth + 1));
            }

            return new YamlNode.List(items.ToImmutable());
        }

        return parser.TryConsume<MappingStart>(out _) ? ReadMap(parser, place, depth) : throw Refuse(parser, place, "is an alias, which a kubeconfig may not have; write it out");
    }

    private static YamlNode.Map ReadMap(Parser parser, string place, int depth)
    {
        var fields = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var name))
            {
                throw Refuse(parser, place, "is no name of a field");
            }

            if (!fields.TryAdd(name.Value, ReadNode(parser, place, depth + 1)))
            {
                throw new SecretConfigurationException($"{place}, line {name.Start.Line}: a field is there twice; remove one.");
            }
        }

        return new YamlNode.Map(fields);
    }

    private static SecretConfigurationException Refuse(Parser parser, string place, string what) =>
        new($"{place}, line {parser.Current?.Start.Line ?? 0}: what stands here {what}.");
}
