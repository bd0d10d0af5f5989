using System.Collections.Immutable;
using SecretProviders.Kubernetes.Material;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>What is known of a watched object at one moment.</summary>
/// <param name="Objects">The objects, none when there is none; default while nothing is known.</param>
/// <param name="Outage">Why what is known may be out of date (Unavailable, Denied), or null.</param>
internal readonly record struct ObjectView(ImmutableArray<KubernetesObject> Objects, SecretState? Outage)
{
    /// <summary>Gets a value indicating whether there is something to say.</summary>
    public bool IsKnown => Outage is not null || !Objects.IsDefault;

    /// <summary>Gets the one object, or null.</summary>
    public KubernetesObject? Single => Objects.IsDefaultOrEmpty ? null : Objects[0];
}
