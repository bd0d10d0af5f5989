using System.Collections.Immutable;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>A part of a kubeconfig as it is written. Never printed: it may be a secret.</summary>
internal abstract class YamlNode
{
    private YamlNode()
    {
    }

    /// <summary>A text, a number, a truth; null when nothing is written.</summary>
    /// <param name="text">The text.</param>
    internal sealed class Scalar(string? text) : YamlNode
    {
        public string? Text { get; } = text;
    }

    /// <summary>A list.</summary>
    /// <param name="items">Its items.</param>
    internal sealed class List(ImmutableArray<YamlNode> items) : YamlNode
    {
        public ImmutableArray<YamlNode> Items { get; } = items;
    }

    /// <summary>A map.</summary>
    /// <param name="fields">Its fields.</param>
    internal sealed class Map(IReadOnlyDictionary<string, YamlNode> fields) : YamlNode
    {
        public IReadOnlyDictionary<string, YamlNode> Fields { get; } = fields;
    }
}
