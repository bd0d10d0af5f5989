using System.Collections.Immutable;

namespace SecretProviders.Resolution;

/// <summary>A decision about one name, and the next instant at which time alone may change it.</summary>
internal sealed record NameResolution(SecretStatus Status, string Reason)
{
    /// <summary>Gets what is to be served, or null.</summary>
    public Candidate? Candidate { get; init; }

    /// <summary>Gets the places of the slots that what is served comes from, in order of priority.</summary>
    public ImmutableArray<int> Members { get; init; } = [];

    /// <summary>Gets what an outer aggregate is told; null while pending.</summary>
    public SecretState? State { get; init; }

    public SecretProblem? Problem { get; init; }

    public bool IsPartial { get; init; }

    /// <summary>Gets the last trust that came with a winner; a winner without trust leaves it.</summary>
    public SecretState.Found? TrustCarrier { get; init; }

    /// <summary>Gets the place of the slot that the trust came from.</summary>
    public int TrustPlace { get; init; }

    /// <summary>Gets when the store deleted what carried the trust, or null.</summary>
    public DateTimeOffset? TrustDeletedAt { get; init; }

    public DateTimeOffset? NextChange { get; init; }

    public static NameResolution Pending(DateTimeOffset? nextChange, string reason) => new(SecretStatus.Pending, reason) { NextChange = nextChange };
}
