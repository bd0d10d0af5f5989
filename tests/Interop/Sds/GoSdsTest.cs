using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Sds;
using SecretProviders.Testing;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>Our source in front of go-control-plane, by the real clock.</summary>
public abstract class GoSdsTest(bool delta, params string[] cache) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-go-");
    private SdsServerProcess? _server;
    private SdsSecretSource? _source;

    private protected SdsServerProcess Server => _server!;

    private string Socket => Path.Combine(_folder.FullName, "sds.sock");

    public async ValueTask InitializeAsync()
    {
        _server = await SdsServerProcess.StartAsync(new ClientProcess(Components.GoSdsServer, [Socket, .. cache]));
        _source = new SdsSecretSource(
            "upstream", new SdsSecretSourceOptions { Delta = delta, Addresses = { $"unix:{Socket}" } }, provider: null, TimeProvider.System, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _source!.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected static Secret Generic(string text) => new GenericSecret(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(text)));

    private protected static string Text(SecretState state) =>
        Encoding.UTF8.GetString(Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(state).Secret).Value!.Memory.Span);

    private protected SecretStateReader Watch(string name) => new(_source!, new SecretReference(name));
}
