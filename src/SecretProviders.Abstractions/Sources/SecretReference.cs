using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>
/// How one secret is found inside one source. Equal by value, parameters included, so that two equal references cost
/// one watch at the store.
/// </summary>
/// <param name="Key">The store's name of the secret: a path, a label, a resource name. Confined by the source.</param>
public sealed record SecretReference(string Key)
{
    private static readonly ImmutableSortedDictionary<string, string> NoParameters = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the part of the stored value that is wanted, or null for all of it.</summary>
    public string? Property { get; init; }

    /// <summary>Gets the store's version that is wanted, or null for the latest.</summary>
    public string? Version { get; init; }

    /// <summary>Gets the kind that the route wants, or null when the source is to say it.</summary>
    public SecretKind? Kind { get; init; }

    /// <summary>Gets what else the read needs, for example the common name of a certificate to be issued.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } = NoParameters;

    /// <inheritdoc/>
    public bool Equals(SecretReference? other) =>
        other is not null
        && (ReferenceEquals(this, other)
            || (Key == other.Key
                && Property == other.Property
                && Version == other.Version
                && Kind == other.Kind
                && (ReferenceEquals(Parameters, other.Parameters) || Parameters.SequenceEqual(other.Parameters))));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Property, Version, Kind, Parameters.Count);

    /// <inheritdoc/>
    public override string ToString() =>
        (Property, Version) switch
        {
            (null, null) => Key,
            (_, null) => $"{Key}#{Property}",
            (null, _) => $"{Key}@{Version}",
            _ => $"{Key}#{Property}@{Version}",
        };
}
