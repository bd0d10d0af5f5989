namespace SecretProviders.Interop.Tests;

/// <summary>The client on gRPC's C core, by way of Debian's Python module.</summary>
public sealed class GrpcIoClientTests(GeneratedPython generated) : SdsClientTests, IClassFixture<GeneratedPython>
{
    private protected override ClientProcess Start(string address, params IEnumerable<string> command) =>
        new(Components.Python, [Components.PythonClient, generated.Folder, address, .. command]);
}
