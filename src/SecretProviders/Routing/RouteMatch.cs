using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>What a route says of one name.</summary>
internal sealed record RouteMatch(CompiledRoute Compiled, ImmutableArray<SlotReference> References)
{
    /// <summary>Gets the name whose winner carries this name's trust; null for a name that has sources of its own.</summary>
    public string? LeafName { get; init; }

    /// <summary>Gets the name under which the trust of this leaf is published, or null.</summary>
    public string? TrustName { get; init; }

    /// <summary>Gets the validation contexts that must hold an anchor of a leaf before it is published.</summary>
    public ImmutableArray<string> ChainsTo { get; init; } = [];

    /// <summary>Gets the validation context that a candidate must chain to, or null.</summary>
    public string? ChainToTrust { get; init; }

    public SecretRoute Route => Compiled.Route;
}
