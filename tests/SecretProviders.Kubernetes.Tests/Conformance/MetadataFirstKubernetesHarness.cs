namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>A watch of metadata, and a read for each Secret that changed.</summary>
public sealed class MetadataFirstKubernetesHarness : FakeKubernetesHarness
{
    private protected override KubernetesSecretSourceOptions Options(string kubeconfig)
    {
        var options = base.Options(kubeconfig);
        options.Watch = KubernetesWatchMode.MetadataFirst;
        return options;
    }
}
