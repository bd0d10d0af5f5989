using System.Buffers;
using System.IO.Pipelines;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.Grpc;

public sealed class GrpcFrameReaderTests
{
    private readonly Pipe _pipe = new();

    [Fact]
    public async Task Messages_are_told_apart_also_when_they_come_together()
    {
        var reader = new GrpcFrameReader(_pipe.Reader, 100);
        await _pipe.Writer.WriteAsync(new byte[] { 0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 8, 9 });
        await _pipe.Writer.CompleteAsync();

        Assert.Equal("07", await NextAsync(reader));
        Assert.Equal("", await NextAsync(reader));
        Assert.Equal("0809", await NextAsync(reader));
        Assert.Null(await NextAsync(reader));
        Assert.Null(await NextAsync(reader));
    }

    [Fact]
    public async Task Message_may_be_split_anywhere()
    {
        var reader = new GrpcFrameReader(_pipe.Reader, 100);
        var reading = NextAsync(reader);

        foreach (var value in new byte[] { 0, 0, 0, 0, 3, 1, 2, 3 })
        {
            Assert.False(reading.IsCompleted);
            await _pipe.Writer.WriteAsync(new[] { value });
        }

        Assert.Equal("010203", await reading);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0 }, GrpcStatusCode.Internal)]
    [InlineData(new byte[] { 0, 0, 0, 0, 5, 1 }, GrpcStatusCode.Internal)]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 }, GrpcStatusCode.Internal)]
    [InlineData(new byte[] { 1, 0, 0, 0, 1, 1 }, GrpcStatusCode.Internal)]
    [InlineData(new byte[] { 0, 0, 0, 0, 101 }, GrpcStatusCode.ResourceExhausted)]
    [InlineData(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF }, GrpcStatusCode.ResourceExhausted)]
    public async Task Broken_bytes_have_a_status(byte[] bytes, GrpcStatusCode status)
    {
        var reader = new GrpcFrameReader(_pipe.Reader, 100);
        await _pipe.Writer.WriteAsync(bytes);
        await _pipe.Writer.CompleteAsync();

        var failure = await Assert.ThrowsAsync<GrpcException>(() => NextAsync(reader));

        Assert.Equal(status, failure.Status.Code);
    }

    [Fact]
    public void Returned_buffers_are_zeroed()
    {
        var owner = ClearingMemoryPool.Instance.Rent(100);
        var memory = owner.Memory;
        memory.Span.Fill(42);

        owner.Dispose();

        Assert.True(memory.Span[..100].IndexOfAnyExcept((byte)0) < 0);
    }

    private static async Task<string?> NextAsync(GrpcFrameReader reader)
    {
        var message = await reader.ReadAsync(CancellationToken.None);
        return message is { } bytes ? Convert.ToHexString(bytes.ToArray()) : null;
    }
}
