using System.Collections.Immutable;

namespace SecretProviders;

/// <summary>Why a name is what it is: for people and for status pages. Holds no private material.</summary>
/// <param name="Snapshot">What is published.</param>
/// <param name="Route">The pattern of the route that takes the name, or null.</param>
/// <param name="Reason">Why the outcome is what it is, in one sentence.</param>
public sealed record SecretExplanation(SecretSnapshot Snapshot, string? Route, string Reason)
{
    /// <summary>Gets what each source of the route says, in order of priority.</summary>
    public ImmutableArray<SourceExplanation> Sources { get; init; } = [];

    /// <summary>Gets the number of live consumers of the name.</summary>
    public int Consumers { get; init; }

    /// <summary>Gets the number of live consumers that the published version was handed to.</summary>
    public int Sent { get; init; }

    /// <summary>Gets the number of live consumers that use the published version.</summary>
    public int Applied { get; init; }

    /// <summary>Gets the number of live consumers that refused the published version and keep what they had.</summary>
    public int Rejected { get; init; }

    /// <summary>Gets the number of live consumers that said nothing of the published version yet.</summary>
    public int Lagging => Consumers - Applied - Rejected;

    /// <summary>Gets the refusals of the published version: consumer and detail.</summary>
    public ImmutableArray<string> Rejections { get; init; } = [];

    /// <summary>Gets the next instant at which the outcome may change by time alone, or null.</summary>
    public DateTimeOffset? NextChange { get; init; }
}
