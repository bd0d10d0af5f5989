namespace SecretProviders.Interop.Tests;

/// <summary>The server on gRPC's C core, by way of Debian's Python module.</summary>
public sealed class GrpcIoServerTests : GrpcServerTests
{
    private protected override ClientProcess Start(string socketPath) => new(Components.Python, Components.PythonServer, socketPath);
}
