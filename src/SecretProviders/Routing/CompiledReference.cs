using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>A route's reference with its templates read.</summary>
internal sealed record CompiledReference(
    string SourceName,
    ISecretSource Source,
    NameTemplate? Key,
    NameTemplate? Property,
    NameTemplate? Version,
    ImmutableArray<KeyValuePair<string, NameTemplate>> Parameters)
{
    public SlotReference Render(string name, SecretKind? kind, ImmutableSortedDictionary<string, string> captures) =>
        new(SourceName, Source, new SecretReference(Key?.Render(captures) ?? name)
        {
            Property = Property?.Render(captures),
            Version = Version?.Render(captures),
            Kind = kind,
            Parameters = Parameters.ToImmutableSortedDictionary(static pair => pair.Key, pair => pair.Value.Render(captures), StringComparer.Ordinal),
        });
}
