using System.Buffers;
using System.IO.Pipelines;
using SecretProviders.AspNetCore.Grpc;

namespace SecretProviders.AspNetCore.Tests.Grpc;

public sealed class PipeBlockTests
{
    private readonly Pipe _pipe = new();
    private readonly PipeBlock _block = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4000)]
    public async Task Message_goes_through_whole(int length)
    {
        var message = new byte[length];
        Random.Shared.NextBytes(message);

        Assert.True(_block.TryBegin(_pipe.Writer, length));
        foreach (var piece in message.Chunk(7))
        {
            _block.Write(piece);
        }

        _block.End();
        await _pipe.Writer.CompleteAsync();

        Assert.Equal(message, (await _pipe.Reader.ReadAtLeastAsync(length + 1)).Buffer.ToArray());
    }

    [Fact]
    public async Task Messages_follow_each_other()
    {
        for (var message = (byte)1; message <= 3; message++)
        {
            Assert.True(_block.TryBegin(_pipe.Writer, 2));
            _block.Write([message, message]);
            _block.End();
        }

        await _pipe.Writer.CompleteAsync();

        Assert.Equal([1, 1, 2, 2, 3, 3], (await _pipe.Reader.ReadAtLeastAsync(7)).Buffer.ToArray());
    }

    [Fact]
    public void Small_piece_at_the_end_gets_the_room_that_it_asks_for()
    {
        Assert.True(_block.TryBegin(_pipe.Writer, 100));
        _block.Write(new byte[99]);

        Assert.True(_block.GetSpan(6).Length >= 6);
        Assert.True(_block.GetMemory(6).Length >= 6);
    }

    [Fact]
    public void Message_larger_than_a_block_is_not_begun() => Assert.False(_block.TryBegin(_pipe.Writer, 4096));
}
