using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.References;

namespace SecretProviders.Kubernetes.Watching;

/// <summary>Decides which objects share a watch. Pure.</summary>
/// <param name="options">The source's settings.</param>
/// <param name="namespaces">The namespaces that may be read.</param>
internal sealed class FeedPlan(KubernetesSecretSourceOptions options, NamespaceList namespaces)
{
    /// <summary>Chooses the feed of an object.</summary>
    public Choice Choose(ObjectKey key)
    {
        var place = key.Resource.IsNamespaced ? key.Namespace : null;
        if (key.Resource != ApiResource.Secrets)
        {
            // Trust is in few objects among many; only the named ones are worth a watch.
            return new Choice(new ObjectSelection(key.Resource, place, key.Name) { FieldSelector = key.FieldSelector }, Whole: key.Name is null, MayNarrow: false);
        }

        var selection = new ObjectSelection(key.Resource) { LabelSelector = Filled(options.LabelSelector), FieldSelector = Filled(options.FieldSelector) };
        return options.Watch == KubernetesWatchMode.Named
            ? new Choice(selection with { Namespace = place, Name = key.Name }, Whole: false, MayNarrow: false)
            : new Choice(
                selection with { Namespace = namespaces.AreAll ? null : place, MetadataOnly = options.Watch == KubernetesWatchMode.MetadataFirst },
                Whole: false,
                MayNarrow: options.Watch == KubernetesWatchMode.Automatic);
    }

    private static string? Filled(string? selector) => string.IsNullOrWhiteSpace(selector) ? null : selector;

    /// <summary>A feed.</summary>
    /// <param name="Selection">What it watches.</param>
    /// <param name="Whole">Whether all objects of it are wanted together.</param>
    /// <param name="MayNarrow">Whether single names are tried when the whole is denied.</param>
    internal sealed record Choice(ObjectSelection Selection, bool Whole, bool MayNarrow);
}
