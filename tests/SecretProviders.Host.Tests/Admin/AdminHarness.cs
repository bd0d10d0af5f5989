using SecretProviders.Host.Admin;
using SecretProviders.Host.Configuration;
using SecretProviders.Testing;

namespace SecretProviders.Host.Tests.Admin;

/// <summary>A real admin listener before a fake provider, and the command line to ask it with.</summary>
internal sealed class AdminHarness : IAsyncDisposable
{
    private AdminServer? _server;

    private AdminHarness(int? namesPerConsumer)
    {
        Provider = new FakeSecretProvider { NamesPerConsumer = namesPerConsumer };
        Control = new FakeSecretProviderControl(Provider);
        Readiness = new Readiness(Provider, ["web"]);
    }

    public FakeSecretProvider Provider { get; }

    public FakeSecretProviderControl Control { get; }

    public Readiness Readiness { get; }

    public CommandRun Run { get; } = new();

    /// <summary>Gets what <c>--server</c> takes.</summary>
    public string Address { get; private set; } = string.Empty;

    public Task<int> AskAsync(params string[] arguments) => Run.RunAsync([.. arguments, "--server", Address]);

    public static async Task<AdminHarness> StartAsync(bool unix = true, string address = "127.0.0.1:0", int? namesPerConsumer = null)
    {
        var harness = new AdminHarness(namesPerConsumer);
        var place = new Place("test", 0, harness.Run.Folder);
        ListenerBinder.TryEndPoint(address, out var endPoint);
        ListenerConfiguration listener = unix
            ? new ListenerConfiguration.UnixSocket(place, Path.Combine(harness.Run.Folder, "admin.sock"), UnixFileMode.UserRead | UnixFileMode.UserWrite, null)
            : new ListenerConfiguration.Tcp(place, endPoint);
        var reader = new ProviderReader(harness.Provider, harness.Control, () => harness.Readiness.Names, harness.Run.Time);
        harness._server = await AdminServer.StartAsync(listener, reader, harness.Readiness, CancellationToken.None);
        harness.Address = unix ? $"unix:{harness.Run.Folder}/admin.sock" : harness._server.Address;
        return harness;
    }

    /// <summary>Asks over plain HTTP, as a probe or curl would.</summary>
    public async Task<(int Status, string Body)> HttpAsync(string path, string? host = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)}{path}");
        request.Headers.Host = host;
        using var response = await http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task StopServerAsync() => _server?.DisposeAsync().AsTask() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        await Provider.DisposeAsync();
        Run.Dispose();
    }
}
