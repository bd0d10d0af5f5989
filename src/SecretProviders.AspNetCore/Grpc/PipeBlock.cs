using System.Buffers;
using System.IO.Pipelines;

namespace SecretProviders.AspNetCore.Grpc;

/// <summary>
/// Gathers a message in one block of a pipe. The server's pipe takes a lock for each piece that it is asked for, and a
/// message is written in a dozen pieces. One message at a time.
/// </summary>
internal sealed class PipeBlock : IBufferWriter<byte>
{
    // The block of Kestrel's memory pool. More at once would come from a shared pool that does not keep its blocks apart.
    private const int MaxBlock = 4096;

    // Writers ask for the longest that a small piece may be, also for the last one.
    private const int Slack = 16;

    private PipeWriter? _pipe;
    private Memory<byte> _block;
    private int _written;

    /// <summary>Begins a message of a length, if it fits into one block.</summary>
    public bool TryBegin(PipeWriter pipe, int length)
    {
        if (length > MaxBlock - Slack)
        {
            return false;
        }

        _pipe = pipe;
        _block = pipe.GetMemory(length + Slack);
        _written = 0;
        return true;
    }

    /// <summary>Hands the message to the pipe.</summary>
    public void End()
    {
        _pipe!.Advance(_written);
        _pipe = null;
        _block = default;
    }

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => _block[_written..];

    public Span<byte> GetSpan(int sizeHint = 0) => _block.Span[_written..];
}
