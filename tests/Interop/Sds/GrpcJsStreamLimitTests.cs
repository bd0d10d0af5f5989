using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SecretProviders.Sds;
using SecretProviders.Testing;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>A server on grpc-js that allows 100 streams on a connection, as many proxies do, and a source that has one for each name.</summary>
public sealed class GrpcJsStreamLimitTests : IAsyncLifetime
{
    private const int Streams = 100;
    private const int Names = 150;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-js-");
    private SdsServerProcess? _server;

    private string Socket => Path.Combine(_folder.FullName, "sds.sock");

    public async ValueTask InitializeAsync() => _server = await SdsServerProcess.StartAsync(
        new ClientProcess(Components.Node, Components.NodeSdsServer, Components.ProtoFolder, Socket, Streams.ToString(CultureInfo.InvariantCulture)));

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Names_beyond_the_streams_of_one_connection_are_served_and_told_absent_on_others()
    {
        var options = new SdsSecretSourceOptions { PerName = true, Addresses = { $"unix:{Socket}" } };
        await using var source = new SdsSecretSource("upstream", options, provider: null, TimeProvider.System, NullLogger.Instance);
        for (var number = 0; number < Names; number++)
        {
            await _server!.PutAsync($"found-{number}", new GenericSecret(SensitiveBytes.Copy(Encoding.UTF8.GetBytes($"{number}"))));
        }

        SecretStateReader[] found = [.. Enumerable.Range(0, Names).Select(number => Watch(source, $"found-{number}"))];
        SecretStateReader[] absent = [.. Enumerable.Range(0, Names).Select(number => Watch(source, $"absent-{number}"))];
        foreach (var reader in found)
        {
            await using var end = reader;
            await reader.WaitForAsync<SecretState.Found>();
        }

        foreach (var reader in absent)
        {
            await using var end = reader;
            await reader.WaitForAsync<SecretState.NotFound>();
        }
    }

    // Begins to watch.
    private static SecretStateReader Watch(SdsSecretSource source, string name)
    {
        var reader = new SecretStateReader(source, new SecretReference(name));
        _ = reader.HasNews;
        return reader;
    }
}
