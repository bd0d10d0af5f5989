using System.Collections.Immutable;

namespace SecretProviders.Routing;

/// <summary>A route with its pattern and templates read.</summary>
internal sealed record CompiledRoute(SecretRoute Route, NamePattern Pattern, ImmutableArray<CompiledReference> References)
{
    /// <summary>Gets the pattern of the names under which this route publishes the trust of its leaves, or null.</summary>
    public NamePattern? TrustPattern { get; init; }

    /// <summary>Gets the template that makes the trust's name of a leaf's parameters, or null.</summary>
    public NameTemplate? TrustName { get; init; }

    /// <summary>Gets the template that makes the leaf's name of its parameters; null when the pattern has wildcards.</summary>
    public NameTemplate? LeafName { get; init; }

    public ImmutableArray<NameTemplate> ChainsTo { get; init; } = [];

    public NameTemplate? ChainToTrust { get; init; }

    /// <summary>Gets the kind that a reference is asked for: a union is always trust.</summary>
    public SecretKind? Kind => Route.Kind ?? (Route.Rule == SecretRule.Union ? SecretKind.ValidationContext : null);
}
