namespace SecretProviders.Interop.Tests;

/// <summary>The client of the Node.js world.</summary>
public sealed class GrpcJsClient : SdsClient
{
    private protected override ClientProcess Start() => new(Components.Node, Components.NodeClient, Components.ProtoFolder);
}
