namespace SecretProviders.Interop.Tests.Sds;

/// <summary>A server on grpc-js that speaks the incremental variant.</summary>
public sealed class GrpcJsDeltaHarness : SdsServerHarness
{
    protected override bool Delta => true;

    public override Task DeleteAsync(SecretReference reference) => Server.DeleteAsync(reference.Key);

    private protected override ClientProcess Start(string socket) => new(Components.Node, Components.NodeSdsServer, Components.ProtoFolder, socket);
}
