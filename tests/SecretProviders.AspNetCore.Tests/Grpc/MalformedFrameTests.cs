using System.IO.Compression;
using Google.Protobuf;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Grpc;

/// <summary>One clean status for each sort of broken bytes, and other streams live on.</summary>
public sealed class MalformedFrameTests
{
    private const string Path = "/" + Service + "/StreamSecrets";
    private const int InvalidArgument = 3;
    private const int ResourceExhausted = 8;
    private const int Unimplemented = 12;
    private const int Internal = 13;

    public static TheoryData<string, byte[], string?, int, string> Frames => new()
    {
        { "half a header", [0, 0, 0], null, Internal, "in the middle of a message" },
        { "half a message", RawGrpcClient.Frame(0, 100, [1, 2, 3]), null, Internal, "in the middle of a message" },
        { "unknown flags", RawGrpcClient.Frame(7, [1]), null, Internal, "flags 0x07" },
        { "a length beyond the limit", RawGrpcClient.Frame(0, 5_000_000, []), null, ResourceExhausted, "5000000 bytes" },
        { "a length beyond an integer", RawGrpcClient.Frame(0, -1, []), null, ResourceExhausted, "4294967295 bytes" },
        { "compressed without an encoding", RawGrpcClient.Frame(1, [1, 2, 3]), null, Internal, "grpc-encoding" },
        { "an unknown encoding", RawGrpcClient.Frame(1, [1, 2, 3]), "zstd", Unimplemented, "zstd" },
        { "gzip that is none", RawGrpcClient.Frame(1, [1, 2, 3]), "gzip", Internal, "not gzip" },
        { "a small bomb", RawGrpcClient.Frame(1, Bomb()), "gzip", ResourceExhausted, "after decompression" },
        { "not a request", RawGrpcClient.Frame(0, [0xFF, 0xFF, 0xFF]), null, InvalidArgument, "DiscoveryRequest" },
        { "a wrong length prefix", RawGrpcClient.Frame(0, 3, Ask("a").ToByteArray()), null, InvalidArgument, "DiscoveryRequest" },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task Broken_bytes_get_one_clean_status(string what, byte[] bytes, string? encoding, int status, string message)
    {
        await using var server = await SdsServer.StartAsync();
        using var client = new RawGrpcClient(server.SocketPath);
        (string, string)[] headers = encoding is null ? [] : [("grpc-encoding", encoding)];

        using var response = await client.PostAsync(Path, new ByteArrayContent(bytes), "application/grpc", headers);
        var (seenStatus, seenMessage) = await RawGrpcClient.StatusAsync(response);

        Assert.True(status == seenStatus, $"{what}: {seenStatus} {seenMessage}");
        Assert.Contains(message, seenMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_streams_of_the_connection_live_on()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask("a"));
        var first = await call.ReadAsync();
        await call.WriteAsync(Acknowledge(first!, "a"));
        using var client = new RawGrpcClient(server.SocketPath);

        foreach (var row in Frames)
        {
            var (_, bytes, encoding, _, _) = row.Data;
            (string, string)[] headers = encoding is null ? [] : [("grpc-encoding", encoding)];
            using var response = await client.PostAsync(Path, new ByteArrayContent(bytes), "application/grpc", headers);
        }

        server.Provider.Set("a", Generic("two"));
        Assert.Equal("two", Text((await call.ReadAsync())!));
    }

    [Fact]
    public async Task Gzip_request_is_understood()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var client = new RawGrpcClient(server.SocketPath);
        var frame = RawGrpcClient.Frame(1, Gzip(Ask("a").ToByteArray()));

        using var response = await client.PostAsync($"/{Service}/FetchSecrets", new ByteArrayContent(frame), "application/grpc", ("grpc-encoding", "gzip"));
        var (status, message) = await RawGrpcClient.StatusAsync(response);

        Assert.True(status == 0, message);
        Assert.Equal("gzip,identity", response.Headers.GetValues("grpc-accept-encoding").Single());
    }

    [Fact]
    public async Task Request_split_at_every_byte_is_understood()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var client = new RawGrpcClient(server.SocketPath);
        var frame = RawGrpcClient.Frame(0, Ask("a").ToByteArray());

        using var response = await client.PostAsync($"/{Service}/FetchSecrets", new DribblingContent(frame));
        var (status, message) = await RawGrpcClient.StatusAsync(response);

        Assert.True(status == 0, message);
    }

    private static byte[] Bomb() => Gzip(new byte[20_000_000]);

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private sealed class DribblingContent(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            foreach (var value in bytes)
            {
                await stream.WriteAsync(new[] { value });
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
