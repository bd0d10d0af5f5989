using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>Whether a server still answers, which its connection does not tell.</summary>
public sealed class ProbeTests : IAsyncLifetime
{
    private static readonly GrpcMethod<DiscoveryRequest, DiscoveryResponse> Method =
        new("envoy.service.secret.v3.SecretDiscoveryService", "StreamSecrets", DiscoveryResponse.Parser);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private readonly ManualTimeProvider _clock = new();
    private FakeSdsServer _server = null!;
    private SocketProxy _proxy = null!;
    private GrpcChannel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeSdsServer.StartAsync();
        var path = Path.Combine(_server.Folder, "proxy.sock");
        _proxy = new SocketProxy(path, _server.SocketPath);
        _channel = new GrpcChannel($"unix:{path}", new GrpcChannelOptions { TimeProvider = _clock });
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Server_that_does_not_know_the_method_answers_all_the_same()
    {
        await _channel.ProbeAsync(Limit, TestContext.Current.CancellationToken);

        Assert.Equal((0, 1), (_server.Opened, _proxy.Accepted));
    }

    [Fact]
    public async Task Server_that_hangs_is_told_and_every_call_to_it_ends()
    {
        await using var call = _channel.Start(Method);
        await call.WriteAsync(new DiscoveryRequest { ResourceNames = { "absent" } });
        var reading = call.ReadAsync().AsTask();
        await _channel.Connected;
        _proxy.Turn(ProxyMode.Frozen);

        var probing = _channel.ProbeAsync(Limit, TestContext.Current.CancellationToken);
        await _clock.WaitForTimersAsync();
        _clock.Advance(Limit);

        Assert.Contains("it hangs", (await Assert.ThrowsAsync<GrpcException>(() => probing)).Message, StringComparison.Ordinal);
        Assert.Equal(GrpcStatusCode.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => reading)).Status.Code);
        Assert.False(_channel.Connected.IsCompleted);
    }

    [Fact]
    public async Task Server_that_is_gone_does_not_answer()
    {
        _proxy.Turn(ProxyMode.Closed);

        Assert.Equal(
            GrpcStatusCode.Unavailable,
            (await Assert.ThrowsAsync<GrpcException>(() => _channel.ProbeAsync(Limit, TestContext.Current.CancellationToken))).Status.Code);
    }

    [Fact]
    public async Task Probe_can_be_cancelled()
    {
        _proxy.Turn(ProxyMode.Silent);
        using var cancellation = new CancellationTokenSource();

        var probing = _channel.ProbeAsync(Limit, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probing);
    }
}
