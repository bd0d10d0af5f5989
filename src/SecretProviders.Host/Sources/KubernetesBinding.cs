using Microsoft.Extensions.DependencyInjection;
using SecretProviders.Host.Configuration;
using SecretProviders.Kubernetes;

namespace SecretProviders.Host.Sources;

/// <summary>Reads the settings of a <c>kubernetes</c> source.</summary>
internal static class KubernetesBinding
{
    private static readonly SortedDictionary<string, KubernetesWatchMode> WatchModes = new(StringComparer.Ordinal)
    {
        ["automatic"] = KubernetesWatchMode.Automatic,
        ["metadataFirst"] = KubernetesWatchMode.MetadataFirst,
        ["named"] = KubernetesWatchMode.Named,
        ["shared"] = KubernetesWatchMode.Shared,
    };

    public static Action<ISecretProvidersBuilder> Bind(string name, SectionReader section)
    {
        var kubeconfig = section.FilePath("kubeconfig");
        var context = section.Text("context");
        var namespaces = section.Texts("namespaces");
        var labelSelector = section.Text("labelSelector");
        var fieldSelector = section.Text("fieldSelector");
        var watch = section.Choice("watch", WatchModes);
        var recheck = section.Duration("recheck");
        var timeout = section.Duration("timeout");
        return builder => builder.AddKubernetes(name, options =>
        {
            options.Kubeconfig = kubeconfig;
            options.Context = context;
            foreach (var place in namespaces)
            {
                options.Namespaces.Add(place);
            }

            options.LabelSelector = labelSelector;
            options.FieldSelector = fieldSelector ?? options.FieldSelector;
            options.Watch = watch ?? options.Watch;
            options.Recheck = recheck ?? options.Recheck;
            options.Timeout = timeout ?? options.Timeout;
        });
    }
}
