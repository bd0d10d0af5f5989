namespace SecretProviders.Interop.Tests;

/// <summary>What the suites of rules share: servers, connections and streams that are closed in the end.</summary>
public abstract class ProtocolSuite : IAsyncLifetime
{
    private readonly SdsClient _client;
    private readonly Stack<IAsyncDisposable> _opened = new();
    private ProtocolServer? _server;

    private protected ProtocolSuite(SdsClient client, Transport transport)
    {
        _client = client;
        Transport = transport;
    }

    /// <summary>Gets the server that was started last.</summary>
    private protected ProtocolServer Server => _server!;

    private protected Transport Transport { get; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        while (_opened.TryPop(out var opened))
        {
            await opened.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected async Task<ProtocolServer> StartAsync(ProtocolSettings? settings = null)
    {
        _server = await ProtocolServer.StartAsync(settings);
        _opened.Push(_server);
        return _server;
    }

    private protected async Task<ClientChannel> ConnectAsync(string node = "node-1")
    {
        var channel = await Server.ConnectAsync(_client, Transport, node);
        _opened.Push(channel);
        return channel;
    }

    private protected async Task<StateOfTheWorldStream> OpenAsync(string node = "node-1") => new(await (await ConnectAsync(node)).OpenAsync("StreamSecrets"), node);

    private protected async Task<DeltaStream> OpenDeltaAsync(string node = "node-1") => new(await (await ConnectAsync(node)).OpenAsync("DeltaSecrets"), node);
}
