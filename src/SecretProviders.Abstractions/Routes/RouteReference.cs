using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>One place where a route's secrets may come from. Texts are templates with the pattern's parameters.</summary>
/// <param name="Source">The configured name of the source.</param>
public sealed record RouteReference(string Source)
{
    /// <summary>Gets the template of the key, or null for the whole name.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the template of the property, or null.</summary>
    public string? Property { get; init; }

    /// <summary>Gets the template of the store version, or null.</summary>
    public string? Version { get; init; }

    /// <summary>Gets the templates of the parameters.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public bool Equals(RouteReference? other) =>
        other is not null
        && Source == other.Source
        && Key == other.Key
        && Property == other.Property
        && Version == other.Version
        && Parameters.SequenceEqual(other.Parameters);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Source, Key, Property, Version, Parameters.Count);
}
