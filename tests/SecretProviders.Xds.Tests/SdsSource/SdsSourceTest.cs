using System.Text;
using Microsoft.Extensions.Logging;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Sds;
using SecretProviders.Testing;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>A source over a fake server on a real socket; the clock moves only by the test's hand.</summary>
public abstract class SdsSourceTest : IAsyncLifetime
{
    private const int Glances = 10;
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<IAsyncDisposable> _disposables = [];

    protected ManualTimeProvider Clock { get; } = new();

    protected LogCollector Logs { get; } = new();

    private protected FakeSdsServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await StartServerAsync();

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var disposable in _disposables.AsEnumerable().Reverse())
        {
            await disposable.DisposeAsync();
        }

        Logs.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<FakeSdsServer> StartServerAsync(int streamsPerConnection = 100)
    {
        var server = await FakeSdsServer.StartAsync(streamsPerConnection);
        _disposables.Add(server);
        return server;
    }

    private protected SocketProxy Proxy(FakeSdsServer server)
    {
        var proxy = new SocketProxy(ProxyPath(server), server.SocketPath);
        _disposables.Add(proxy);
        return proxy;
    }

    private protected static string ProxyPath(FakeSdsServer server) => Path.Combine(server.Folder, "proxy.sock");

    private protected SdsSecretSource Source(Action<SdsSecretSourceOptions>? configure = null, params string[] addresses)
    {
        var options = new SdsSecretSourceOptions();
        foreach (var address in addresses.Length == 0 ? [Server.Address] : addresses)
        {
            options.Addresses.Add(address);
        }

        configure?.Invoke(options);
        var source = new SdsSecretSource("upstream", options, provider: null, Clock, Logs.CreateLogger<SdsSecretSource>());
        _disposables.Add(source);
        return source;
    }

    protected SecretStateReader Watch(ISecretSource source, string name)
    {
        var reader = new SecretStateReader(source, new SecretReference(name));
        _disposables.Add(reader);
        return reader;
    }

    /// <summary>Reads up to a state, moving the clock to the next timer while there is none and nobody owes an answer.</summary>
    protected async Task<TState> PassUntilAsync<TState>(SecretStateReader reader)
        where TState : SecretState
    {
        while (true)
        {
            while (!reader.HasNews)
            {
                await RestAsync(reader);
                if (!reader.HasNews && Clock.NextDue is { } due)
                {
                    Clock.Advance(due - Clock.GetUtcNow() + TimeSpan.FromMilliseconds(1));
                }
            }

            if (await reader.NextAsync() is TState state)
            {
                return state;
            }
        }
    }

    /// <summary>Waits until something holds that comes without the clock.</summary>
    protected static async Task WhenAsync(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"Waited in vain for {what}.");
            await Task.Delay(Glance);
        }
    }

    private static bool EndsAWait(TimeSpan delay) => delay == Responses.Timeout || (delay != Responses.AbsentAfter && SdsDeadlines.Attempts.Contains(delay));

    // Real time for the sockets: until nothing happens any more, and longer while the next timer ends the wait for a server. One
    // that is silent for good is known by a long silence.
    private async Task RestAsync(SecretStateReader reader)
    {
        var start = TimeProvider.System.GetTimestamp();
        var seen = (Server.Opened, Server.Requests.Count);
        for (var quiet = 0; quiet < Glances && !reader.HasNews && TimeProvider.System.GetElapsedTime(start) < LongSilence; quiet++)
        {
            await Task.Delay(Glance);
            var now = (Server.Opened, Server.Requests.Count);
            quiet = now != seen || Server.IsBusy || (Clock.ActiveDelays is [var next, ..] && EndsAWait(next)) ? 0 : quiet;
            seen = now;
        }
    }

    protected static Secret Generic(string text) => new GenericSecret(SensitiveBytes.Copy(Encoding.UTF8.GetBytes(text)));

    protected static string Text(SecretState state) => Responses.Text(state);

    private protected static DiscoveryResponse Response(int nonce, string name, string text) => Responses.List($"{nonce}", "v", Responses.Sound(name, text));

    private protected static async Task<DiscoveryRequest?> ReadAsync(GrpcServerCall call) =>
        await call.ReadAsync(call.CancellationToken) is { } bytes ? DiscoveryRequest.Parser.ParseFrom(bytes) : null;

    private protected static string SecretType => SecretTypes.SecretUrl;
}
