using SecretProviders.Sds;
using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>When a call is opened, and when its server is given up.</summary>
public sealed class UpstreamCallTests : IAsyncLifetime
{
    private static readonly GrpcMethod<DiscoveryRequest, DiscoveryResponse> Method =
        new("envoy.service.secret.v3.SecretDiscoveryService", "StreamSecrets", DiscoveryResponse.Parser);

    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongAfter = TimeSpan.FromHours(1);
    private FakeSdsServer _fake = null!;
    private SocketProxy _proxy = null!;
    private UpstreamServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _fake = await FakeSdsServer.StartAsync();
        var path = Path.Combine(_fake.Folder, "proxy.sock");
        _proxy = new SocketProxy(path, _fake.SocketPath);
        var clock = new ManualTimeProvider();
        _server = new UpstreamServer(path, new GrpcChannel($"unix:{path}", new GrpcChannelOptions { TimeProvider = clock }), Timeout, clock);
    }

    public async ValueTask DisposeAsync()
    {
        _server.Dispose();
        await _proxy.DisposeAsync();
        await _fake.DisposeAsync();
    }

    [Fact]
    public async Task Call_is_opened_when_its_turn_has_come()
    {
        var before = FillLine();
        await using var call = Call();
        await call.TryTakeAsync(TimeSpan.Zero);
        Assert.False(call.CanAnswer(TimeSpan.Zero));

        _server.Line.Leave(before[0]);
        await call.TryTakeAsync(TimeSpan.Zero);

        Assert.True(call.CanAnswer(TimeSpan.Zero));
    }

    [Fact]
    public async Task Turn_of_a_call_that_is_up_goes_to_the_next()
    {
        await using var call = Call();
        await call.TryTakeAsync(TimeSpan.Zero);
        FillLine();
        var next = _server.Line.Enter();

        call.Write(new DiscoveryRequest { ResourceNames = { "a" } });
        while (!call.TryComeUp(TimeSpan.Zero))
        {
            await call.WaitAsync(TimeSpan.Zero, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
            await call.TryTakeAsync(TimeSpan.Zero);
        }

        Assert.True(next.Task.IsCompleted);
    }

    [Fact]
    public async Task Call_that_is_given_up_leaves_the_line()
    {
        var before = FillLine();
        await Call().DisposeAsync();
        var opened = Call();
        _server.Line.Leave(before[0]);
        await opened.TryTakeAsync(TimeSpan.Zero);
        Assert.True(opened.CanAnswer(TimeSpan.Zero));
        var next = _server.Line.Enter();

        await opened.DisposeAsync();

        Assert.True(next.Task.IsCompleted);
    }

    [Fact]
    public async Task Server_that_was_never_heard_is_given_up_in_line_too()
    {
        _proxy.Turn(ProxyMode.Silent);
        FillLine();
        await using var call = Call();
        Assert.Null(await call.TryTakeAsync(Limit - TimeSpan.FromMilliseconds(1)));

        await Assert.ThrowsAsync<GrpcException>(async () => await call.TryTakeAsync(Limit));
    }

    [Fact]
    public async Task Server_that_was_heard_is_not_given_up_while_others_are_before_the_call()
    {
        await ConnectAsync();
        FillLine();
        await using var call = Call();

        Assert.Null(await call.TryTakeAsync(Limit));
        Assert.Null(await call.TryTakeAsync(LongAfter));
    }

    [Fact]
    public async Task Server_that_was_heard_has_its_whole_time_to_take_the_first_request()
    {
        await ConnectAsync();
        await using var call = Call();
        await call.TryTakeAsync(TimeSpan.Zero);

        Assert.Null(await call.TryTakeAsync(Timeout - TimeSpan.FromMilliseconds(1)));
        await Assert.ThrowsAsync<GrpcException>(async () => await call.TryTakeAsync(Timeout));
    }

    private TaskCompletionSource[] FillLine()
    {
        var turns = new List<TaskCompletionSource>();
        do
        {
            turns.Add(_server.Line.Enter());
        }
        while (turns[^1].Task.IsCompleted);

        // The last one waits, and nobody is to wait for it.
        _server.Line.Leave(turns[^1]);
        return [.. turns.SkipLast(1)];
    }

    private async Task ConnectAsync()
    {
        await _server.Channel.ProbeAsync(Timeout, TestContext.Current.CancellationToken);
        await _server.Channel.Connected;
    }

    private UpstreamCall<DiscoveryRequest, DiscoveryResponse> Call() => new(_server, Method, TimeSpan.Zero, Limit, Timeout, CancellationToken.None);
}
