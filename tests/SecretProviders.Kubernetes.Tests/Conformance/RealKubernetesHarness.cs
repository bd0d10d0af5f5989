using System.Collections.Immutable;
using System.Text.Json.Nodes;
using SecretProviders.ConformanceTests;
using SecretProviders.Kubernetes.Tests.Clusters;

namespace SecretProviders.Kubernetes.Tests.Conformance;

/// <summary>The real server, reached over a line that tests cut.</summary>
public class RealKubernetesHarness : KubernetesHarness
{
    private CutTcpProxy? _line;

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.Throttled, "Its limits are far above what a test asks.")
        .Add(SourceAbility.CountWatches, "It does not tell who watches what.");

    private protected override Uri Address => _line!.Address;

    public override async Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        switch (fault)
        {
            case StoreFault.Down:
                _line!.Cut();
                break;
            case StoreFault.Silent:
                _line!.Silence();
                break;
            default:
                await base.BreakAsync(reference, fault);
                break;
        }
    }

    public override Task HealAsync(SecretReference reference)
    {
        _line!.Mend();
        return base.HealAsync(reference);
    }

    public override int ReadsAtStore(SecretReference reference) => _line!.Attempts;

    public override async ValueTask DisposeAsync()
    {
        if (_line is not null)
        {
            await _line.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected override async Task<TestCluster> CreateClusterAsync()
    {
        var server = await SharedKubeServer.GetAsync();
        _line = new CutTcpProxy(server.Address.Port);
        return await KubeCluster.CreateAsync(server);
    }

    // Any bytes are a sound generic secret, and the server takes no broken encoding: here the field itself goes.
    private protected override JsonObject Unsound(JsonObject content, SecretKind? kind)
    {
        var broken = base.Unsound(content, kind);
        if (kind == SecretKind.Generic)
        {
            broken["data"]!.AsObject().Remove("value");
        }

        return broken;
    }
}
