namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>One watch for each name, by a user whose role could name them.</summary>
public sealed class NamedKubernetesHarness : FakeKubernetesHarness
{
    public override int WatchesAtStore(SecretReference reference) =>
        Server.Traffic.Watches.Count(watch => watch.Query.Name == NameOf(reference));

    private protected override KubernetesSecretSourceOptions Options(string kubeconfig)
    {
        var options = base.Options(kubeconfig);
        options.Watch = KubernetesWatchMode.Named;
        return options;
    }
}
