namespace SecretProviders;

/// <summary>Where a secret came from, for people and audits; the only trace of a source that a host ever sees.</summary>
/// <param name="Source">The configured name of the source.</param>
public sealed record SecretOrigin(string Source)
{
    /// <summary>Gets where in the store it lies (a path, an address), or null.</summary>
    public string? Location { get; init; }

    /// <summary>Gets what the backend calls this version (<c>resourceVersion</c>, KV version), or null.</summary>
    public string? StoreVersion { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Location is null ? Source : $"{Source}:{Location}";
}
