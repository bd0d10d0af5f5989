using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>What one source of a route says of a name.</summary>
/// <param name="Source">The source's configured name.</param>
/// <param name="Reference">How the secret is found there.</param>
/// <param name="State">The name of the state: Pending, Found, NotFound, Removed, Denied, Invalid or Unavailable.</param>
/// <param name="Since">Since when that sort of state holds.</param>
public sealed record SourceExplanation(string Source, SecretReference Reference, string State, DateTimeOffset Since)
{
    /// <summary>Gets the state's own words: the remedy, the problem or the error; null for a find.</summary>
    public string? Detail { get; init; }

    /// <summary>Gets a value indicating whether a last good secret is at hand.</summary>
    public bool HasLastGood { get; init; }

    /// <summary>Gets a value indicating whether this source's secret is, or is part of, what is published.</summary>
    public bool Won { get; init; }

    /// <summary>Gets the verdict of every gate on the source's secret.</summary>
    public ImmutableArray<GateExplanation> Gates { get; init; } = [];
}
