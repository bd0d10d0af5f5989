using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Sds;
using SecretProviders.Testing;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>A server on grpc-js whose process is stopped by a signal: its connections stand, and nobody answers on them.</summary>
public sealed class GrpcJsStoppedTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-js-");
    private SdsServerProcess? _server;
    private SdsSecretSource? _source;

    private string Socket => Path.Combine(_folder.FullName, "sds.sock");

    public async ValueTask InitializeAsync()
    {
        _server = await SdsServerProcess.StartAsync(new ClientProcess(Components.Node, Components.NodeSdsServer, Components.ProtoFolder, Socket));
        var options = new SdsSecretSourceOptions { AbsentAfter = TimeSpan.FromMilliseconds(300), Timeout = TimeSpan.FromSeconds(1), Addresses = { $"unix:{Socket}" } };
        _source = new SdsSecretSource("upstream", options, provider: null, TimeProvider.System, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _source!.DisposeAsync();
        await _server!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Silence_of_a_stopped_process_is_an_outage_for_all_and_ends_when_it_goes_on()
    {
        await _server!.PutAsync("found", new GenericSecret(SensitiveBytes.Copy(Encoding.UTF8.GetBytes("one"))));
        await using var found = Watch("found");
        await found.WaitForAsync<SecretState.Found>();

        await _server.SignalAsync("STOP");
        await using var asked = Watch("asked");
        await asked.WaitForAsync<SecretState.Unavailable>();
        await found.WaitForAsync<SecretState.Unavailable>();
        Assert.DoesNotContain(asked.History, static state => state is SecretState.NotFound);
        await _server.SignalAsync("CONT");

        await found.WaitForAsync<SecretState.Found>();
        await asked.WaitForAsync<SecretState.NotFound>();
    }

    private SecretStateReader Watch(string name) => new(_source!, new SecretReference(name));
}
