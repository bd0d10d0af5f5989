using System.Collections.Immutable;

namespace SecretProviders.Kubernetes.References;

/// <summary>What one ReferenceGrant permits: anybody in <see cref="From"/> may refer to anything in <see cref="To"/>.</summary>
/// <param name="From">Who may refer.</param>
/// <param name="To">To what, by group, kind and name; without a name to all of the kind.</param>
internal sealed record GrantRules(ImmutableArray<Referrer> From, ImmutableArray<(string Group, string Kind, string? Name)> To)
{
    /// <summary>Says whether it permits a reference.</summary>
    /// <param name="referrer">Who refers.</param>
    /// <param name="kind">The kind of what is referred to, of the core group.</param>
    /// <param name="name">Its name.</param>
    public bool Permits(Referrer referrer, string kind, string name) =>
        From.Contains(referrer) && To.Any(to => to.Group.Length == 0 && to.Kind == kind && (string.IsNullOrEmpty(to.Name) || to.Name == name));
}
