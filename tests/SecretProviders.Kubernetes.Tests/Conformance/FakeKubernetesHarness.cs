using System.Text.Json.Nodes;
using SecretProviders.ConformanceTests;
using SecretProviders.Kubernetes.Tests.Clusters;
using SecretProviders.Kubernetes.Tests.Fake;

namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>The fake on the real wire: every fault there is.</summary>
public class FakeKubernetesHarness : KubernetesHarness
{
    private const int Throttled = 7;

    public override TimeSpan? RetryAfter => TimeSpan.FromSeconds(Throttled);

    private protected FakeApiServer Server => ((FakeCluster)Cluster).Server;

    public override async Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        switch (fault)
        {
            case StoreFault.Down:
                Server.Connections.GoDown();
                break;
            case StoreFault.Silent:
                Server.Faults.Add(FakeFaults.Hang);
                Server.Traffic.ResetWatches();
                break;
            case StoreFault.Throttled:
                Server.Faults.Add(FakeFaults.Throttle(Throttled));
                Server.Traffic.EndWatches();
                break;
            default:
                await base.BreakAsync(reference, fault);
                break;
        }
    }

    public override Task HealAsync(SecretReference reference)
    {
        Server.Connections.ComeBack();
        Server.Faults.Clear();
        return base.HealAsync(reference);
    }

    public override int WatchesAtStore(SecretReference reference) => Server.Traffic.Watches.Count;

    public override int ReadsAtStore(SecretReference reference) => Server.Traffic.Queries.Count + Server.Connections.Attempts;

    private protected override async Task<TestCluster> CreateClusterAsync() => await FakeCluster.StartAsync();

    // Any bytes are a sound generic secret, so here the encoding itself is broken, which the real server would not take.
    private protected override JsonObject Unsound(JsonObject content, SecretKind? kind)
    {
        var broken = base.Unsound(content, kind);
        if (kind == SecretKind.Generic)
        {
            broken["data"]!["value"] = $"{Marker}?!";
        }

        return broken;
    }
}
