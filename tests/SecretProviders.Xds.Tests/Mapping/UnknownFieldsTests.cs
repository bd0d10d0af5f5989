using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SecretProviders.Xds.Protos.Core;

namespace SecretProviders.Xds.Tests.Mapping;

/// <summary>Our messages know few fields; what they do not know must survive them.</summary>
public sealed class UnknownFieldsTests
{
    [Fact]
    public void Field_that_we_do_not_know_rides_along()
    {
        // Field 4 of Node is its locality: a message that holds the region as field 1.
        byte[] locality = [(4 << 3) | 2, 4, (1 << 3) | 2, 2, (byte)'e', (byte)'u'];
        byte[] bytes = [.. new Node { Id = "envoy-1" }.ToByteArray(), .. locality];

        var node = Node.Parser.ParseFrom(bytes);
        node.Id = "envoy-2";

        Assert.Equal([.. new Node { Id = "envoy-2" }.ToByteArray(), .. locality], node.ToByteArray());
    }

    [Fact]
    public void Metadata_of_a_node_is_kept()
    {
        var node = new Node { Metadata = new Struct { Fields = { ["role"] = Value.ForString("edge") } } };

        Assert.Equal("edge", Node.Parser.ParseFrom(node.ToByteArray()).Metadata.Fields["role"].StringValue);
    }
}
