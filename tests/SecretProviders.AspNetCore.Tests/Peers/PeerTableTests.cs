using SecretProviders.AspNetCore.Peers;

namespace SecretProviders.AspNetCore.Tests.Peers;

public sealed class PeerTableTests
{
    private readonly PeerTable _table = new()
    {
        Limits = new SecretDiscoveryLimits { MaxConnections = 3, MaxConnectionsPerPeer = 2, MaxStreamsPerPeer = 2 },
    };

    [Fact]
    public void Peer_connects_up_to_its_limit()
    {
        Assert.NotNull(Connect("a"));
        Assert.NotNull(Connect("a"));
        Assert.Null(_table.TryConnect("a", out var refusal));
        Assert.Equal("the peer has 2 connections (MaxConnectionsPerPeer)", refusal);
    }

    [Fact]
    public void Full_peer_leaves_room_for_another()
    {
        Connect("a");
        Connect("a");
        Connect("a");

        Assert.NotNull(Connect("b"));
    }

    [Fact]
    public void Server_takes_connections_up_to_its_limit()
    {
        Connect("a");
        Connect("b");
        Connect("c");

        Assert.Null(_table.TryConnect("d", out var refusal));
        Assert.Equal("the server has 3 connections (MaxConnections)", refusal);
    }

    [Fact]
    public void Ended_connection_makes_room()
    {
        var first = Connect("a");
        Connect("a");

        first!.Dispose();

        Assert.NotNull(Connect("a"));
    }

    [Fact]
    public void Peers_that_have_left_are_forgotten()
    {
        foreach (var number in Enumerable.Range(0, 1_000))
        {
            Connect($"{number}")!.Dispose();
        }

        Assert.Equal((0, 0), (_table.Connections, _table.Peers));
    }

    [Fact]
    public void Refused_peers_are_not_remembered()
    {
        Connect("a");
        Connect("b");
        Connect("c");

        Connect("d");

        Assert.Equal((3, 3), (_table.Connections, _table.Peers));
    }

    [Fact]
    public void Streams_count_over_all_connections_of_a_peer()
    {
        var first = Connect("a")!;
        var second = Connect("a")!;

        Assert.True(first.TryOpenStream());
        Assert.True(second.TryOpenStream());
        Assert.False(first.TryOpenStream());
    }

    [Fact]
    public void Ended_stream_makes_room()
    {
        var connection = Connect("a")!;
        connection.TryOpenStream();
        connection.TryOpenStream();

        connection.CloseStream();

        Assert.True(connection.TryOpenStream());
        Assert.False(connection.TryOpenStream());
    }

    [Fact]
    public void Refused_stream_takes_no_room()
    {
        var connection = Connect("a")!;
        connection.TryOpenStream();
        connection.TryOpenStream();
        connection.TryOpenStream();

        connection.CloseStream();

        Assert.True(connection.TryOpenStream());
    }

    [Fact]
    public void Streams_of_peers_count_apart()
    {
        var other = Connect("a")!;
        other.TryOpenStream();
        other.TryOpenStream();

        Assert.True(Connect("b")!.TryOpenStream());
    }

    private PeerConnection? Connect(string peer) => _table.TryConnect(peer, out _);
}
