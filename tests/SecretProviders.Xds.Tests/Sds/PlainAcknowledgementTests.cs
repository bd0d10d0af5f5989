using System.Buffers;
using System.Text;
using Google.Protobuf;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Core;
using SecretProviders.Xds.Protos.Discovery;
using SecretProviders.Xds.Sds;

namespace SecretProviders.Xds.Tests.Sds;

/// <summary>What the short cut takes means what the whole message means; all else is left to the whole parser.</summary>
public sealed class PlainAcknowledgementTests
{
    private const long Nonce = 1234567890123456789;

    [Fact]
    public void Acknowledgement_of_one_name_is_taken()
    {
        Assert.True(TryRead(Acknowledgement(), out var nonce, out var name));

        Assert.Equal((Nonce, "web"), (nonce, name));
    }

    [Fact]
    public void Type_may_be_left_out()
    {
        var request = Acknowledgement();
        request.TypeUrl = "";

        Assert.True(TryRead(request, out _, out _));
    }

    [Theory]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(300)]
    public void Long_name_is_taken_whole(int length)
    {
        var request = Acknowledgement();
        request.ResourceNames[0] = new string('n', length);

        Assert.True(TryRead(request, out _, out var name));
        Assert.Equal(request.ResourceNames[0], name);
    }

    [Fact]
    public void Delta_acknowledgement_is_taken()
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = SdsSession.SecretType, ResponseNonce = $"{Nonce}" };

        Assert.True(PlainAcknowledgement.TryReadDelta(Bytes(request), out var nonce));
        Assert.Equal(Nonce, nonce);
    }

    public static TheoryData<string, byte[]> SpecialRequests => new()
    {
        { "a refusal", Special(static request => request.ErrorDetail = new() { Code = 3 }) },
        { "a node", Special(static request => request.Node = new Node { Id = "n" }) },
        { "two names", Special(static request => request.ResourceNames.Add("api")) },
        { "one name twice", Special(static request => request.ResourceNames.Add("web")) },
        { "an empty name before the name", Special(static request => request.ResourceNames.Insert(0, "")) },
        { "no name", Special(static request => request.ResourceNames.Clear()) },
        { "another type", Special(static request => request.TypeUrl = "type.googleapis.com/envoy.Cluster") },
        { "no nonce", Special(static request => request.ResponseNonce = "") },
        { "a nonce that is not ours", Special(static request => request.ResponseNonce = "x1") },
        { "a nonce beyond 64 bits", Special(static request => request.ResponseNonce = "99999999999999999999") },
    };

    [Theory]
    [MemberData(nameof(SpecialRequests))]
    public void What_is_special_is_left_to_the_whole_parser(string what, byte[] request) =>
        Assert.False(PlainAcknowledgement.TryReadStateOfTheWorld(new(request), out _, out _), what);

    public static TheoryData<string, byte[]> SpecialDeltaRequests => new()
    {
        { "a refusal", new DeltaDiscoveryRequest { ResponseNonce = "1", ErrorDetail = new() { Code = 3 } }.ToByteArray() },
        { "a new name", new DeltaDiscoveryRequest { ResponseNonce = "1", ResourceNamesSubscribe = { "web" } }.ToByteArray() },
        { "a name released", new DeltaDiscoveryRequest { ResponseNonce = "1", ResourceNamesUnsubscribe = { "web" } }.ToByteArray() },
        { "versions", new DeltaDiscoveryRequest { ResponseNonce = "1", InitialResourceVersions = { { "web", "1" } } }.ToByteArray() },
        { "nothing at all", [] },
    };

    [Theory]
    [MemberData(nameof(SpecialDeltaRequests))]
    public void What_is_special_in_delta_is_left_to_the_whole_parser(string what, byte[] request) =>
        Assert.False(PlainAcknowledgement.TryReadDelta(new(request), out _), what);

    [Fact]
    public void Torn_message_is_left_to_the_whole_parser()
    {
        var whole = Acknowledgement().ToByteArray();
        for (var length = 0; length < whole.Length; length++)
        {
            // Cut between two fields it is a sound message with fewer of them, and without the last, the nonce.
            Assert.False(PlainAcknowledgement.TryReadStateOfTheWorld(new(whole.AsMemory(0, length)), out _, out _), $"{length}");
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x02, 0x00 })]
    [InlineData(new byte[] { 0x28, 0x01 })]
    [InlineData(new byte[] { 0x0D, 0x03, 0x31, 0x31, 0x31 })]
    [InlineData(new byte[] { 0xAA, 0x01, 0x01, 0x31 })]
    [InlineData(new byte[] { 0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F })]
    public void Field_of_another_sort_is_left_to_the_whole_parser(byte[] field)
    {
        byte[] request = [.. Acknowledgement().ToByteArray(), .. field];

        Assert.False(PlainAcknowledgement.TryReadStateOfTheWorld(new(request), out _, out _));
        Assert.False(PlainAcknowledgement.TryReadDelta(new(request), out _));
    }

    [Fact]
    public async Task Refusal_that_arrives_after_its_nonce_is_no_acknowledgement()
    {
        await using var provider = new FakeSecretProvider();
        await using var session = new SdsSession(provider);
        provider.Set("web", SdsSession.Generic("one"));
        session.Ask("web");
        var response = await session.ReadAsync();
        var request = new DiscoveryRequest { VersionInfo = "v1", ResponseNonce = response.Nonce, ResourceNames = { "web" } };
        var length = request.CalculateSize();
        request.ErrorDetail = new() { Code = 3, Message = "bad key" };

        session.SendPieces(request, length);

        Assert.Equal("bad key", Assert.Single(provider.Reports).Detail);
    }

    [Fact]
    public async Task Acknowledgement_counts_the_same_in_one_piece_and_in_many()
    {
        await using var provider = new FakeSecretProvider();
        await using var session = new SdsSession(provider);
        provider.Set("web", SdsSession.Generic("one"));
        session.Ask("web");
        foreach (var content in new[] { "two", "three", "four" })
        {
            var response = await session.ReadAsync();
            session.Acknowledge(response, "web");
            provider.Set("web", SdsSession.Generic(content));
            response = await session.ReadAsync();
            Assert.Equal(content, SdsSession.TextOf(response));
            session.SendPieces(new DiscoveryRequest { VersionInfo = response.VersionInfo, ResponseNonce = response.Nonce, ResourceNames = { "web" } });
            provider.Set("web", SdsSession.Generic(content + " again"));
        }

        Assert.Equal("four again", SdsSession.TextOf(await session.ReadAsync()));
    }

    private static DiscoveryRequest Acknowledgement(Action<DiscoveryRequest>? change = null)
    {
        var request = new DiscoveryRequest { VersionInfo = "v1", ResponseNonce = $"{Nonce}", ResourceNames = { "web" }, TypeUrl = SdsSession.SecretType };
        change?.Invoke(request);
        return request;
    }

    private static byte[] Special(Action<DiscoveryRequest> change) => Acknowledgement(change).ToByteArray();

    private static ReadOnlySequence<byte> Bytes(IMessage message) => new(message.ToByteArray());

    private static bool TryRead(DiscoveryRequest request, out long nonce, out string name)
    {
        var taken = PlainAcknowledgement.TryReadStateOfTheWorld(Bytes(request), out nonce, out var bytes);
        name = Encoding.UTF8.GetString(bytes);
        return taken;
    }
}
