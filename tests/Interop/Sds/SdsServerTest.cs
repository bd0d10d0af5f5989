using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Sds;
using SecretProviders.Testing;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>Our source in front of a server of other people's making, by the real clock.</summary>
public abstract class SdsServerTest(bool delta) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-server-");
    private SdsServerProcess? _server;
    private SdsSecretSource? _source;

    private protected SdsServerProcess Server => _server!;

    private protected string Socket => Path.Combine(_folder.FullName, "sds.sock");

    public virtual async ValueTask InitializeAsync()
    {
        _server = await SdsServerProcess.StartAsync(Start());
        _source = CreateSource(static _ => { });
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _source!.DisposeAsync();
        await Server.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected static Secret Generic(string text) => new GenericSecret(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(text)));

    private protected static string Text(SecretState state) =>
        Encoding.UTF8.GetString(Assert.IsType<GenericSecret>(Assert.IsType<SecretState.Found>(state).Secret).Value!.Memory.Span);

    private protected abstract ClientProcess Start();

    private protected SdsSecretSource CreateSource(Action<SdsSecretSourceOptions> configure)
    {
        var options = new SdsSecretSourceOptions { Delta = delta, Addresses = { $"unix:{Socket}" } };
        configure(options);
        return new SdsSecretSource("upstream", options, provider: null, TimeProvider.System, NullLogger.Instance);
    }

    /// <summary>Ends the server without a word to anybody.</summary>
    private protected async Task KillAsync()
    {
        await Server.DisposeAsync();
        File.Delete(Socket);
    }

    /// <summary>Starts the server anew; it holds nothing.</summary>
    private protected async Task RestartAsync() => _server = await SdsServerProcess.StartAsync(Start());

    private protected SecretStateReader Watch(string name) => new(_source!, new SecretReference(name));
}
