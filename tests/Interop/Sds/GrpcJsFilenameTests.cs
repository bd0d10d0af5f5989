using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Sds;
using SecretProviders.Testing;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>A server on grpc-js that names files of the machine that asks it, by the real clock.</summary>
public sealed class GrpcJsFilenameTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-js-");
    private SdsServerProcess? _server;

    public async ValueTask InitializeAsync() => _server = await SdsServerProcess.StartAsync(
        new ClientProcess(Components.Node, Components.NodeSdsServer, Components.ProtoFolder, At("sds.sock")));

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task File_is_followed_and_one_that_comes_later_is_found(bool delta)
    {
        await _server!.PutAsync("web", new Tls.Secret { Name = "web", GenericSecret = new() { Secret = new() { Filename = At("token") } } });
        await using var source = new SdsSecretSource(
            "upstream",
            new SdsSecretSourceOptions
            {
                Delta = delta,
                AllowFilenames = true,
                AbsentAfter = TimeSpan.FromMinutes(1),
                Timeout = TimeSpan.FromMinutes(2),
                Addresses = { $"unix:{At("sds.sock")}" },
            },
            provider: null,
            TimeProvider.System,
            NullLogger.Instance);
        await using var reader = new SecretStateReader(source, new SecretReference("web"));
        Assert.Contains("is not there", Assert.IsType<SecretState.Invalid>(await reader.NextAsync()).Problem.Message, StringComparison.Ordinal);

        Write("one");
        Assert.Equal("one", Text(await reader.NextAsync()));
        Write("two");

        Assert.Equal("two", Text(await reader.NextAsync()));
    }

    private static string Text(SecretState state) =>
        Encoding.UTF8.GetString(Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(state).Secret).Value!.Memory.Span);

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string text)
    {
        File.WriteAllText(At("new"), text);
        File.Move(At("new"), At("token"), overwrite: true);
    }
}
