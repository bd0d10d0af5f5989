namespace SecretProviders.Interop.Tests;

/// <summary>The server of the Node.js world.</summary>
public sealed class GrpcJsServerTests : GrpcServerTests
{
    private protected override ClientProcess Start(string socketPath) => new(Components.Node, Components.NodeServer, socketPath);
}
