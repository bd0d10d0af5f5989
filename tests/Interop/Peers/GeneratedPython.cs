namespace SecretProviders.Interop.Tests;

/// <summary>Python modules that the proto compiler makes of our protos, once for all tests.</summary>
public sealed class GeneratedPython : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-python-");

    public string Folder => _folder.FullName;

    public async ValueTask InitializeAsync()
    {
        var protos = Directory.GetFiles(Components.ProtoFolder, "*.proto");
        await using var compiler = new ClientProcess(
            Components.ProtoCompiler, [$"--proto_path={Components.ProtoFolder}", $"--python_out={Folder}", .. protos]);
        var (exitCode, output) = await compiler.WaitAsync();
        Assert.True(exitCode == 0, output);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
