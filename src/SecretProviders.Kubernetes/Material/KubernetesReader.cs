using System.Collections.Immutable;
using SecretProviders.Decoding;
using SecretProviders.Kubernetes.References;

namespace SecretProviders.Kubernetes.Material;

/// <summary>Turns objects into the state that they are for a reference. Pure.</summary>
/// <param name="source">The name of the source, for the origin.</param>
internal sealed class KubernetesReader(string source)
{
    private const string TlsType = "kubernetes.io/tls";

    /// <summary>Reads the object that a key names.</summary>
    /// <param name="item">The object, or null when there is none.</param>
    /// <param name="key">What was asked for.</param>
    /// <param name="reference">How it was asked for.</param>
    public SecretState Read(KubernetesObject? item, KubernetesKey key, SecretReference reference)
    {
        if (item is null)
        {
            return new SecretState.NotFound();
        }

        if (item.Problem is { } problem)
        {
            return new SecretState.Invalid(problem);
        }

        return Choose(item, key, reference) is { } fields
            ? WithOrigin(SecretDecoder.Decode(fields, KindOf(item, key, reference)), item)
            : new SecretState.NotFound();
    }

    /// <summary>Reads trust by Istio's name for it: the Secret of that name, else the trust within the Secret of the leaf.</summary>
    /// <param name="companion">The Secret of that name, or null.</param>
    /// <param name="leaf">The Secret of the leaf, or null.</param>
    /// <param name="key">What was asked for.</param>
    /// <param name="reference">How it was asked for.</param>
    public SecretState ReadCompanion(KubernetesObject? companion, KubernetesObject? leaf, KubernetesKey key, SecretReference reference)
    {
        if (companion is not null || leaf is null || leaf.Problem is not null)
        {
            return Read(companion ?? leaf, key, reference);
        }

        // The leaf's own certificate is no trust: without a field for it there is none.
        return reference.Property is not null || FieldRoles.Of(FieldsOf(leaf, key with { Name = leaf.Metadata.Name })).Trust is not null
            ? Read(leaf, key with { Name = leaf.Metadata.Name }, reference with { Kind = reference.Kind ?? SecretKind.ValidationContext })
            : new SecretState.NotFound();
    }

    /// <summary>Reads the trust of all bundles of a signer together: Kubernetes, too, merges them and their doubles.</summary>
    /// <param name="items">The bundles.</param>
    /// <param name="key">What was asked for.</param>
    /// <param name="reference">How it was asked for.</param>
    public SecretState ReadUnion(ImmutableArray<KubernetesObject> items, KubernetesKey key, SecretReference reference)
    {
        var anchors = new SortedDictionary<string, EncodedCertificate>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var state = Read(item, key with { Name = item.Metadata.Name }, reference with { Property = null });
            if (state is not SecretState.Found { Secret: ValidationContext context })
            {
                return state;
            }

            foreach (var anchor in context.TrustAnchors)
            {
                anchors[anchor.Sha256] = anchor;
            }
        }

        return items.IsEmpty
            ? new SecretState.NotFound()
            : new SecretState.Found(new ValidationContext { TrustAnchors = [.. anchors.Values] }) { Origin = new SecretOrigin(source) { Location = key.Name } };
    }

    private static SecretFields? Choose(KubernetesObject item, KubernetesKey key, SecretReference reference)
    {
        if (reference.Property is not { } property)
        {
            return FieldsOf(item, key);
        }

        foreach (var field in item.Fields)
        {
            if (field.Key == property)
            {
                return SecretFields.Single(field.Value, $"{key}, field '{property}'");
            }
        }

        return null;
    }

    private static SecretFields FieldsOf(KubernetesObject item, KubernetesKey key) => new(item.Fields, key.ToString());

    private static SecretKind? KindOf(KubernetesObject item, KubernetesKey key, SecretReference reference) =>
        reference.Kind
        ?? (key.Sort != KubernetesKeySort.Secret || key.CompanionOf is not null ? SecretKind.ValidationContext
            : item.Type == TlsType && reference.Property is null ? SecretKind.TlsCertificate
            : null);

    private SecretState WithOrigin(SecretState state, KubernetesObject item) => state is SecretState.Found found
        ? found with
        {
            Origin = new SecretOrigin(source)
            {
                Location = item.Metadata.Namespace.Length == 0 ? item.Metadata.Name : $"{item.Metadata.Namespace}/{item.Metadata.Name}",
                StoreVersion = item.Metadata.ResourceVersion,
            },
        }
        : state;
}
