using System.Collections.Immutable;

namespace SecretProviders.Host.Output;

/// <summary>What one source of a route says of a name.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Reference">How the secret is found there.</param>
/// <param name="State">The state.</param>
/// <param name="Since">Since when that sort of state holds.</param>
/// <param name="Detail">The state's own words, or null.</param>
/// <param name="HasLastGood">Whether a last good secret is at hand.</param>
/// <param name="Won">Whether it is, or is part of, what is published.</param>
/// <param name="Gates">Each gate's verdict.</param>
internal sealed record SourceView(
    string Source,
    string Reference,
    string State,
    DateTime Since,
    string? Detail,
    bool HasLastGood,
    bool Won,
    ImmutableArray<GateExplanation> Gates)
{
    /// <summary>Describes what a source says.</summary>
    public static SourceView From(SourceExplanation source) => new(
        source.Source,
        source.Reference.ToString(),
        source.State,
        source.Since.UtcDateTime,
        source.Detail,
        source.HasLastGood,
        source.Won,
        source.Gates);
}
