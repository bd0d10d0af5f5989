using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Tests.Client;

public sealed class WireBufferTests
{
    [Fact]
    public async Task What_was_read_is_zeroed()
    {
        await using var stream = new MemoryStream([1, 2, 3, 4]);
        using var buffer = new WireBuffer(stream, 1000);
        await buffer.FillAsync(greedy: false, TestContext.Current.CancellationToken);
        var seen = buffer.Unread;

        buffer.Advance(2);

        Assert.Equal([0, 0, 3, 4], seen.ToArray());
    }

    [Fact]
    public async Task Disposal_zeroes_what_is_left()
    {
        await using var stream = new MemoryStream([1, 2, 3, 4]);
        var buffer = new WireBuffer(stream, 1000);
        await buffer.FillAsync(greedy: false, TestContext.Current.CancellationToken);
        var seen = buffer.Unread;

        buffer.Dispose();

        Assert.Equal([0, 0, 0, 0], seen.ToArray());
    }

    [Fact]
    public async Task Greedy_fill_reads_until_the_buffer_is_full()
    {
        await using var stream = new ChunkedStream(new byte[20_000], 100);
        using var buffer = new WireBuffer(stream, 100_000);

        Assert.True(await buffer.FillAsync(greedy: true, TestContext.Current.CancellationToken));

        Assert.Equal(16 * 1024, buffer.Unread.Length);
    }

    [Theory]
    [InlineData(true, 16 * 1024)]
    [InlineData(false, 256 * 1024)]
    public async Task Buffer_that_lasts_gives_up_what_one_large_object_took(bool lasts, int kept)
    {
        await using var stream = new MemoryStream(new byte[2_000_000]);
        using var buffer = new WireBuffer(stream, 1_000_000, lasts: lasts);
        while (buffer.Unread.Length < 200_000)
        {
            await buffer.FillAsync(greedy: true, TestContext.Current.CancellationToken);
        }

        buffer.Advance(buffer.Unread.Length);
        await buffer.FillAsync(greedy: true, TestContext.Current.CancellationToken);

        Assert.Equal(kept, buffer.Unread.Length);
    }

    [Fact]
    public async Task End_of_the_stream_is_told()
    {
        await using var stream = new MemoryStream([1]);
        using var buffer = new WireBuffer(stream, 1000);

        Assert.True(await buffer.FillAsync(greedy: true, TestContext.Current.CancellationToken));
        Assert.False(await buffer.FillAsync(greedy: true, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Rest_moves_to_the_front_when_there_is_no_room_behind_it()
    {
        await using var stream = new ChunkedStream([.. Enumerable.Range(0, 40_000).Select(static i => (byte)i)], 16 * 1024);
        using var buffer = new WireBuffer(stream, 100_000);
        await buffer.FillAsync(greedy: false, TestContext.Current.CancellationToken);
        buffer.Advance(16_000);

        await buffer.FillAsync(greedy: false, TestContext.Current.CancellationToken);

        Assert.Equal((byte)(16_000 % 256), buffer.Unread[0]);
        Assert.Equal((byte)((16_000 + buffer.Unread.Length - 1) % 256), buffer.Unread[^1]);
    }
}
