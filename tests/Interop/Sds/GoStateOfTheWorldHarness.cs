using System.Collections.Immutable;
using SecretProviders.ConformanceTests;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>go-control-plane's SnapshotCache by the variant without a word for absence. It answers for all names whenever one changes.</summary>
public class GoStateOfTheWorldHarness : SdsServerHarness
{
    public override ImmutableDictionary<SourceAbility, string> Gaps => base.Gaps
        .Add(SourceAbility.Delete, "This variant of SDS cannot say that a secret is gone.")
        .Add(SourceAbility.TellAbsence, "This variant of SDS cannot say that there is no such secret.")
        .Add(SourceAbility.Denied, "The cache refuses nobody.")
        .Add(SourceAbility.Throttled, "The cache has no limit.");

    protected override bool Delta => false;

    private protected override ClientProcess Start(string socket) => new(Components.GoSdsServer, socket);
}
