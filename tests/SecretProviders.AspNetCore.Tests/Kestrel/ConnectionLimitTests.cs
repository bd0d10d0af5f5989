using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.RawHttp2Client;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Kestrel;

/// <summary>Peers that hold connections and streams instead of using them.</summary>
public sealed class ConnectionLimitTests
{
    private const int ConnectionRefused = 3102;

    [Fact]
    public async Task Idle_connections_beyond_the_limit_are_refused_and_others_are_served()
    {
        await using var server = await StartAsync(static limits => limits.MaxConnectionsPerPeer = 200);
        server.Provider.Set("a", Generic("one"));
        using var before = server.Connect();
        await using var call = await HoldAsync(before, "a");
        using var hostile = new IdleConnections();

        await hostile.OpenAsync(server.SocketPath, 400);
        await hostile.WhenClosedAsync(201);

        // The same user's older connection, and everybody else's new ones.
        server.Provider.Set("a", Generic("two"));
        Assert.Equal("two", Text((await call.ReadAsync())!));
        using var other = new GrpcChannel(server.TcpAddress);
        Assert.Equal("two", Text(await other.CallAsync(FetchSecrets, Ask("a"))));
        Assert.Equal(201, hostile.Closed);
        Assert.Single(server.Logs.EventIds, ConnectionRefused);
        Assert.True(server.Logs.Contains($"Connections of uid {UserId(server)} are refused: the peer has 200 connections"));
    }

    [Fact]
    public async Task Peer_may_connect_again_after_its_connections_have_ended()
    {
        await using var server = await StartAsync(static limits => limits.MaxConnectionsPerPeer = 2);
        using (var hostile = new IdleConnections())
        {
            await hostile.OpenAsync(server.SocketPath, 3);
            await hostile.WhenClosedAsync(1);
        }

        // The server notices the end of the two a moment later, so the first attempts may still be refused.
        using var channel = server.Connect();
        while (true)
        {
            try
            {
                await channel.CallAsync(FetchSecrets, Ask());
                return;
            }
            catch (GrpcException exception) when (exception.Status.Code == GrpcStatusCode.Unavailable)
            {
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task Limit_of_all_connections_holds_over_all_listeners()
    {
        await using var server = await StartAsync(static limits => limits.MaxConnections = 2);
        using var hostile = new IdleConnections();
        await hostile.OpenAsync(server.SocketPath, 3);
        await hostile.WhenClosedAsync(1);
        using var channel = new GrpcChannel(server.TcpAddress);

        var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(FetchSecrets, Ask()));

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Status.Code);
        Assert.True(server.Logs.Contains("the server has 2 connections (MaxConnections)"));
    }

    [Fact]
    public async Task Streams_beyond_the_limit_are_refused_and_the_others_live_on()
    {
        await using var server = await StartAsync(static limits => limits.MaxStreamsPerPeer = 2);
        server.Provider.Set("a", Generic("one"));
        using var channel = server.Connect();
        await using var first = await HoldAsync(channel, "a");
        await using var second = await HoldAsync(channel, "a");

        foreach (var _ in Enumerable.Range(0, 20))
        {
            var failure = await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(FetchSecrets, Ask("a")));
            Assert.Equal((GrpcStatusCode.ResourceExhausted, true), (failure.Status.Code, failure.Status.Message.StartsWith("The peer has 2 calls open", StringComparison.Ordinal)));
        }

        server.Provider.Set("a", Generic("two"));
        Assert.Equal("two", Text((await second.ReadAsync())!));
        Assert.Single(server.Logs.Entries, static entry => entry.Message.Contains("ResourceExhausted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ended_streams_make_room()
    {
        await using var server = await StartAsync(static limits => limits.MaxStreamsPerPeer = 1);
        using var channel = server.Connect();

        foreach (var _ in Enumerable.Range(0, 20))
        {
            await channel.CallAsync(FetchSecrets, Ask());
        }

        Assert.DoesNotContain(3100, server.Logs.EventIds);
    }

    [Fact]
    public async Task Connection_that_sends_nothing_is_ended()
    {
        await using var server = await StartAsync(static limits => limits.IdleTimeout = TimeSpan.FromSeconds(1));
        using var idle = new IdleConnections();

        await idle.OpenAsync(server.SocketPath, 1);

        await idle.WhenClosedAsync(1);
    }

    [Fact]
    public async Task Connection_without_a_stream_is_ended()
    {
        await using var server = await StartAsync(static limits => limits.IdleTimeout = TimeSpan.FromSeconds(1));
        using var client = await ConnectAsync(server.SocketPath);

        await client.SendAsync(Opening);

        Assert.Contains(await client.ReadToEndAsync(), static frame => frame.Type == FrameType.GoAway);
    }

    [Fact]
    public async Task Connection_with_a_silent_stream_is_kept()
    {
        await using var server = await StartAsync(static limits => limits.IdleTimeout = TimeSpan.FromSeconds(1));
        server.Provider.Set("a", Generic("one"));
        using var channel = server.Connect();
        await using var silent = await HoldAsync(channel, "a");

        // Another connection comes and ends by the same clock meanwhile.
        using var idle = new IdleConnections();
        await idle.OpenAsync(server.SocketPath, 1);
        await idle.WhenClosedAsync(1);

        server.Provider.Set("a", Generic("two"));
        Assert.Equal("two", Text((await silent.ReadAsync())!));
    }

    [Fact]
    public async Task Frozen_peer_is_noticed_and_its_names_are_released()
    {
        await using var server = await StartAsync(static limits => (limits.PingDelay, limits.PingTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        using var frozen = await ConnectAsync(server.SocketPath);
        await frozen.SendAsync(Opening, Request(1, $"/{Service}/StreamSecrets"), Data(1, Message(Ask("a"))));
        await server.Provider.WhenSubscribedAsync("a");

        // Its end of the connection stands, but nobody answers the pings.
        await server.Provider.WhenReleasedAsync("a");
        Assert.Contains(await frozen.ReadToEndAsync(), static frame => frame.Type == FrameType.Ping);
    }

    private static Task<SdsServer> StartAsync(Action<SecretDiscoveryLimits> configure) =>
        SdsServer.StartAsync(kestrel: options => options.UseSecretDiscoveryLimits(configure));

    private static uint UserId(SdsServer server) => Assert.Single(server.Provider.Consumers).UserId!.Value;

    /// <summary>Connections that say nothing.</summary>
    private sealed class IdleConnections : IDisposable
    {
        private readonly List<Socket> _sockets = [];
        private readonly List<Task> _ends = [];

        public int Closed => _ends.Count(static end => end.IsCompleted);

        public async Task OpenAsync(string path, int count)
        {
            for (var opened = 0; opened < count; opened++)
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                _sockets.Add(socket);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
                _ends.Add(EndAsync(socket));
            }
        }

        public async Task WhenClosedAsync(int count)
        {
            var open = _ends.ToHashSet();
            while (_ends.Count - open.Count < count)
            {
                open.Remove(await Task.WhenAny(open));
            }
        }

        public void Dispose() => _sockets.ForEach(static socket => socket.Dispose());

        private static async Task EndAsync(Socket socket)
        {
            var buffer = new byte[1024];
            try
            {
                while (await socket.ReceiveAsync(buffer) != 0)
                {
                }
            }
            catch (SocketException)
            {
            }
        }
    }
}
