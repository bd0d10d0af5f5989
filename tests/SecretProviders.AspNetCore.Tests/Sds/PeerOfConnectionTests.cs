using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using SecretProviders.AspNetCore.Sds;

namespace SecretProviders.AspNetCore.Tests.Sds;

public sealed class PeerOfConnectionTests
{
    [Fact]
    public void All_streams_of_a_connection_have_one_peer()
    {
        var connection = new Connection();

        var first = PeerIdentity.Of(Stream(connection, "one"));
        var second = PeerIdentity.Of(Stream(connection, "one"));

        Assert.Same(first, second);
    }

    [Fact]
    public void Each_connection_has_its_own_peer()
    {
        var first = PeerIdentity.Of(Stream(new Connection(), "one"));
        var second = PeerIdentity.Of(Stream(new Connection(), "two"));

        Assert.Equal(("one", "two"), (first.Connection, second.Connection));
    }

    // Kestrel's items are a dictionary that breaks when two streams write to it at once.
    [Fact]
    public void Nothing_is_written_to_the_items_that_the_streams_of_a_connection_share()
    {
        var connection = new Connection();

        PeerIdentity.Of(Stream(connection, "one"));

        Assert.Empty(connection.Items);
    }

    [Fact]
    public void A_transport_without_connections_has_a_peer_for_each_request()
    {
        var context = new DefaultHttpContext();
        context.Connection.Id = "one";

        Assert.Equal("one", PeerIdentity.Of(context).Connection);
    }

    private static DefaultHttpContext Stream(Connection connection, string id)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IConnectionItemsFeature>(connection);
        context.Connection.Id = id;
        return context;
    }

    private sealed class Connection : IConnectionItemsFeature
    {
        public IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();
    }
}
