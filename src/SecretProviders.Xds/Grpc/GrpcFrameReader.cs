using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace SecretProviders.Xds.Grpc;

/// <summary>
/// Reads length-prefixed messages: one byte of flags, four bytes of length, the message. Cancelling one read in the
/// middle of a frame would tear the framing, so a cancelled read ends the call.
/// </summary>
/// <param name="reader">The bytes of the stream.</param>
/// <param name="maxMessageSize">The size of the largest message, before and after decompression.</param>
/// <param name="messageTimeout">How long the rest of a message may take after its beginning; null for any time.</param>
/// <param name="timeProvider">The clock of that, or null for the system's.</param>
internal sealed class GrpcFrameReader(PipeReader reader, int maxMessageSize, TimeSpan? messageTimeout = null, TimeProvider? timeProvider = null)
{
    public const int HeaderLength = 5;

    private GrpcInflatedMessage? _inflated;
    private SequencePosition? _consumed;
    private volatile bool _isMidMessage;

    /// <summary>Gets a value indicating whether a part of a message has come and the rest is awaited. Any thread may ask.</summary>
    public bool IsMidMessage => _isMidMessage;

    /// <summary>Gets or sets the message encoding that the stream's headers named, or null.</summary>
    public string? Encoding { get; set; }

    /// <summary>Reads the next message; its bytes are valid until the next call.</summary>
    /// <param name="cancellationToken">Ends the wait and with it the call.</param>
    /// <returns>The message, or null at the end of the stream or when the reader's pending read was cancelled.</returns>
    /// <exception cref="GrpcException">The bytes are not a sound message.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        Release();
        MessageDeadline? rest = null;
        try
        {
            while (true)
            {
                var result = rest is null
                    ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
                    : await ReadRestAsync(rest, cancellationToken).ConfigureAwait(false);
                if (result.IsCanceled)
                {
                    reader.AdvanceTo(result.Buffer.Start);
                    return null;
                }

                if (TryReadFrame(result.Buffer, out var compressed, out var message))
                {
                    _consumed = message.Value.End;
                    _isMidMessage = false;
                    return compressed ? Inflate(message.Value) : message;
                }

                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                if (result.IsCompleted)
                {
                    return result.Buffer.IsEmpty
                        ? null
                        : throw new GrpcException(GrpcStatusCode.Internal, "The stream ended in the middle of a message.");
                }

                if (!result.Buffer.IsEmpty)
                {
                    _isMidMessage = true;
                    rest ??= messageTimeout is { } limit ? new MessageDeadline(limit, timeProvider ?? TimeProvider.System, cancellationToken) : null;
                }
            }
        }
        finally
        {
            rest?.Dispose();
        }
    }

    /// <summary>Gives back the bytes of the last message.</summary>
    public void Release()
    {
        _inflated?.Dispose();
        _inflated = null;
        if (_consumed is { } consumed)
        {
            _consumed = null;
            reader.AdvanceTo(consumed);
        }
    }

    private async ValueTask<ReadResult> ReadRestAsync(MessageDeadline rest, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(rest.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (rest.HasPassed && !cancellationToken.IsCancellationRequested)
        {
            throw new GrpcException(GrpcStatusCode.Unavailable, $"A message was begun and not finished within {messageTimeout}.");
        }
    }

    private bool TryReadFrame(ReadOnlySequence<byte> buffer, out bool compressed, [NotNullWhen(true)] out ReadOnlySequence<byte>? message)
    {
        compressed = false;
        message = null;
        if (buffer.Length < HeaderLength)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        buffer.Slice(0, HeaderLength).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        RequireSound(header[0], length);
        compressed = header[0] == 1;
        if (buffer.Length < HeaderLength + (long)length)
        {
            return false;
        }

        message = buffer.Slice(HeaderLength, length);
        return true;
    }

    private void RequireSound(byte flags, uint length)
    {
        if (flags > 1)
        {
            throw new GrpcException(GrpcStatusCode.Internal, $"A message starts with the flags 0x{flags:X2}; only 0 and 1 (compressed) are known: is this gRPC?");
        }

        if (length > maxMessageSize)
        {
            throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"A message of {length} bytes is larger than the limit of {maxMessageSize}.");
        }

        if (flags == 1 && (Encoding is null or GrpcNames.Identity))
        {
            throw new GrpcException(GrpcStatusCode.Internal, "A message is flagged as compressed, but the headers name no grpc-encoding.");
        }
    }

    private ReadOnlySequence<byte> Inflate(ReadOnlySequence<byte> message)
    {
        if (!string.Equals(Encoding, GrpcNames.Gzip, StringComparison.OrdinalIgnoreCase))
        {
            throw new GrpcException(GrpcStatusCode.Unimplemented, $"The message encoding '{Encoding}' is not known: use gzip or identity.");
        }

        _inflated = GrpcInflatedMessage.Read(message, maxMessageSize);
        return _inflated.Bytes;
    }

    /// <summary>Ends the wait for the rest of a message. Most messages come in one piece and need none.</summary>
    private sealed class MessageDeadline : IDisposable
    {
        private readonly CancellationTokenSource _passed;
        private readonly CancellationTokenSource _either;

        public MessageDeadline(TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
        {
            _passed = new CancellationTokenSource(limit, timeProvider);
            _either = CancellationTokenSource.CreateLinkedTokenSource(_passed.Token, cancellationToken);
        }

        public bool HasPassed => _passed.IsCancellationRequested;

        public CancellationToken Token => _either.Token;

        public void Dispose()
        {
            _either.Dispose();
            _passed.Dispose();
        }
    }
}
