namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>The fake as a server that does not stream lists.</summary>
public sealed class PagedKubernetesHarness : FakeKubernetesHarness
{
    public override async ValueTask StartAsync()
    {
        await base.StartAsync();
        Server.StreamsLists = false;
    }
}
