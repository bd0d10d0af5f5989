using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.AspNetCore.Grpc;

/// <summary>One call at the server: messages as bytes in both directions. One reader and one writer at a time.</summary>
internal sealed class GrpcServerCall
{
    private readonly GrpcFrameReader _frames;
    private readonly PipeBlock _block = new();

    public GrpcServerCall(HttpContext context, int maxMessageSize, CancellationToken cancellationToken)
    {
        Context = context;
        CancellationToken = cancellationToken;
        _frames = new GrpcFrameReader(context.Request.BodyReader, maxMessageSize) { Encoding = context.Request.Headers[GrpcNames.Encoding] };
    }

    public HttpContext Context { get; }

    /// <summary>Gets the token that ends the call: the peer left, its deadline passed, or the server stops.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Reads the next message; its bytes are valid until the next call.</summary>
    /// <returns>The message, or null when the peer sends no more or the call was stopped.</returns>
    /// <exception cref="GrpcException">The bytes are not a sound message.</exception>
    public ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken) => _frames.ReadAsync(cancellationToken);

    /// <summary>Reads the one message of a unary call.</summary>
    /// <exception cref="GrpcException">There is not exactly one sound message.</exception>
    public async ValueTask<ReadOnlySequence<byte>> ReadOnlyMessageAsync() =>
        await ReadAsync(CancellationToken).ConfigureAwait(false)
        ?? throw new GrpcException(GrpcStatusCode.Internal, "The call carries no message, but its method takes one.");

    /// <summary>Writes one message and sends it, waiting while the peer does not take it.</summary>
    /// <returns>False when the peer has left or the call was stopped.</returns>
    public async ValueTask<bool> WriteAsync<TState>(int length, TState message, Action<TState, IBufferWriter<byte>> write, CancellationToken cancellationToken)
    {
        var writer = Context.Response.BodyWriter;
        var frame = GrpcFrameReader.HeaderLength + length;
        if (_block.TryBegin(writer, frame))
        {
            WriteHeader(_block, length);
            write(message, _block);
            _block.End();
        }
        else
        {
            WriteHeader(writer, length);
            write(message, writer);
        }

        var flushed = await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    /// <summary>Ends a read and a write that wait, or else the next ones.</summary>
    public void Stop()
    {
        try
        {
            Context.Request.BodyReader.CancelPendingRead();
        }
        catch (IOException)
        {
            // The connection broke, which ends the read; Kestrel says so to everybody who touches it.
        }

        Context.Response.BodyWriter.CancelPendingFlush();
    }

    /// <summary>Ends the call with a status: in the headers while nothing was sent, in the trailers after that.</summary>
    public void End(GrpcStatus status)
    {
        var response = Context.Response;
        if (response.HasStarted)
        {
            response.AppendTrailer(GrpcNames.Status, Text(status.Code));
            if (status.Message.Length != 0)
            {
                response.AppendTrailer(GrpcNames.Message, GrpcMessageText.Encode(status.Message));
            }

            return;
        }

        response.Headers[GrpcNames.Status] = Text(status.Code);
        if (status.Message.Length != 0)
        {
            response.Headers[GrpcNames.Message] = GrpcMessageText.Encode(status.Message);
        }
    }

    /// <summary>Gives back the bytes of the last message.</summary>
    public void Release() => _frames.Release();

    private static string Text(GrpcStatusCode code) => ((int)code).ToString(CultureInfo.InvariantCulture);

    private static void WriteHeader(IBufferWriter<byte> writer, int length)
    {
        var header = writer.GetSpan(GrpcFrameReader.HeaderLength);
        header[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], length);
        writer.Advance(GrpcFrameReader.HeaderLength);
    }
}
