using System.Collections.Immutable;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;
using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes.References;

/// <summary>Says which objects a reference depends on, and what their state makes of it. Pure.</summary>
/// <param name="reader">Reads objects.</param>
/// <param name="key">What the reference names.</param>
/// <param name="reference">The reference.</param>
internal sealed class ReferenceResolver(KubernetesReader reader, KubernetesKey key, SecretReference reference)
{
    private bool HasCompanion => key.CompanionOf is not null && reference.Kind is null or SecretKind.ValidationContext;

    /// <summary>Gets the objects, in the order in which <see cref="Resolve"/> takes their views.</summary>
    public ImmutableArray<ObjectKey> Dependencies()
    {
        ObjectKey own = key.Sort switch
        {
            KubernetesKeySort.Secret => new(ApiResource.Secrets, key.Namespace, key.Name),
            KubernetesKeySort.ConfigMap => new(ApiResource.ConfigMaps, key.Namespace, key.Name),
            KubernetesKeySort.ClusterTrustBundle => new(ApiResource.ClusterTrustBundles, "", key.Name),
            _ => new(ApiResource.ClusterTrustBundles, "", null) { FieldSelector = $"spec.signerName={key.Name}" },
        };
        ImmutableArray<ObjectKey> all = [own];
        all = key.CompanionOf is { } leaf && HasCompanion ? all.Add(own with { Name = leaf }) : all;
        return key.From is null ? all : all.Add(new ObjectKey(ApiResource.ReferenceGrants, key.Namespace, null));
    }

    /// <summary>Gets the state that the reference is in.</summary>
    /// <param name="views">What is known of the dependencies.</param>
    /// <param name="wasGranted">Whether the reference was permitted before.</param>
    /// <returns>The state, or null while too little is known.</returns>
    public SecretState? Resolve(ReadOnlySpan<ObjectView> views, bool wasGranted)
    {
        if (key.From is { } from && Judge(views[^1], from, wasGranted) is var (permitted, state) && !permitted)
        {
            return state;
        }

        var own = views[0];
        if (!own.IsKnown || own.Outage is not null)
        {
            return own.Outage;
        }

        if (!HasCompanion || own.Single is not null)
        {
            return key.Sort == KubernetesKeySort.ClusterTrustBundleSigner ? reader.ReadUnion(own.Objects, key, reference) : reader.Read(own.Single, key, reference);
        }

        var leaf = views[1];
        return leaf.IsKnown && leaf.Outage is null ? reader.ReadCompanion(null, leaf.Single, key, reference) : leaf.Outage;
    }

    /// <summary>Says whether the reference is permitted from where it is made.</summary>
    /// <param name="views">What is known of the dependencies.</param>
    public bool IsGranted(ReadOnlySpan<ObjectView> views) => key.From is not { } from || (!views[^1].Objects.IsDefault && Permits(views[^1].Objects, from));

    private (bool Permitted, SecretState? Otherwise) Judge(ObjectView grants, Referrer from, bool wasGranted)
    {
        if (!grants.IsKnown || grants.Outage is not null)
        {
            return (false, grants.Outage);
        }

        if (Permits(grants.Objects, from))
        {
            return (true, null);
        }

        // Who withdraws a grant wants the secret gone from there; a permission that never was is somebody's mistake.
        return (false, wasGranted ? new SecretState.Removed(RemovalReason.Redacted) : new SecretState.Denied(
            $"{key} may not be referred to by a {from.Kind} in namespace '{from.Namespace}': create a ReferenceGrant in namespace '{key.Namespace}' "
            + $"with from {{ group: {from.Group}, kind: {from.Kind}, namespace: {from.Namespace} }} and to {{ group: \"\", kind: {KindName} }}."));
    }

    private string KindName => key.Sort == KubernetesKeySort.ConfigMap ? ApiResource.ConfigMaps.Kind : ApiResource.Secrets.Kind;

    private bool Permits(ImmutableArray<KubernetesObject> grants, Referrer from) =>
        grants.Any(grant => grant.Grant?.Permits(from, KindName, key.Name) == true);
}
