namespace SecretProviders.Interop.Tests;

/// <summary>The client of the Node.js world.</summary>
public sealed class GrpcJsClientTests : SdsClientTests
{
    private protected override ClientProcess Start(string address, params IEnumerable<string> command) =>
        new(Components.Node, [Components.NodeClient, Components.ProtoFolder, address, .. command]);
}
