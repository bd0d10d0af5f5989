using System.Collections.Immutable;
using SecretProviders.ConformanceTests;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>A server on grpc-js that speaks the variant without a word for absence.</summary>
public sealed class GrpcJsStateOfTheWorldHarness : SdsServerHarness
{
    public override ImmutableDictionary<SourceAbility, string> Gaps => base.Gaps
        .Add(SourceAbility.Delete, "This variant of SDS cannot say that a secret is gone.")
        .Add(SourceAbility.TellAbsence, "This variant of SDS cannot say that there is no such secret.");

    protected override bool Delta => false;

    private protected override ClientProcess Start(string socket) => new(Components.Node, Components.NodeSdsServer, Components.ProtoFolder, socket);
}
