namespace SecretProviders.Interop.Tests;

/// <summary>The client on gRPC's C core, by way of Debian's Python module.</summary>
public sealed class GrpcIoClient : SdsClient
{
    private readonly GeneratedPython _generated = new();

    public override async ValueTask InitializeAsync()
    {
        await _generated.InitializeAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _generated.DisposeAsync();
    }

    private protected override ClientProcess Start() => new(Components.Python, Components.PythonClient, _generated.Folder);
}
