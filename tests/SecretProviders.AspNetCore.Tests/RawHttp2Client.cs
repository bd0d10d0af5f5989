using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace SecretProviders.AspNetCore.Tests;

/// <summary>One HTTP/2 connection frame by frame (RFC 9113), for peers that no HTTP client would be. Answers nothing by itself.</summary>
internal sealed class RawHttp2Client : IDisposable
{
    private const int HeaderLength = 9;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    private RawHttp2Client(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    public static byte[] Opening => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(FrameType.Settings, 0, 0, [])];

    public static async Task<RawHttp2Client> ConnectAsync(string socketPath)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath));
        return new RawHttp2Client(socket);
    }

    public static byte[] Request(int stream, string path) => Frame(
        FrameType.Headers, EndHeaders, stream,
        [.. Field(":method", "POST"), .. Field(":scheme", "http"), .. Field(":path", path), .. Field(":authority", "localhost"), .. Field("content-type", "application/grpc"), .. Field("te", "trailers")]);

    public static byte[] Data(int stream, byte[] bytes, bool end = false) => Frame(FrameType.Data, end ? EndStream : (byte)0, stream, bytes);

    public static byte[] Reset(int stream) => Frame(FrameType.Reset, 0, stream, [0, 0, 0, 8]);

    public Task SendAsync(params byte[][] frames) => _stream.WriteAsync(frames.SelectMany(static frame => frame).ToArray()).AsTask();

    /// <summary>Reads the next frame, or null when the server has closed the connection.</summary>
    public async Task<RawFrame?> ReadAsync()
    {
        var header = new byte[HeaderLength];
        try
        {
            if (await _stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
            {
                return null;
            }

            var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
            await _stream.ReadExactlyAsync(payload);
            return new RawFrame((FrameType)header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads until a frame of a type comes.</summary>
    public async Task<RawFrame> ReadUntilAsync(FrameType type)
    {
        while (await ReadAsync() is { } frame)
        {
            if (frame.Type == type)
            {
                return frame;
            }
        }

        throw new IOException($"The connection ended before a frame of type {type}.");
    }

    /// <summary>Reads and drops everything until the server closes the connection.</summary>
    public async Task<List<RawFrame>> ReadToEndAsync()
    {
        List<RawFrame> frames = [];
        while (await ReadAsync() is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _stream.Dispose();

    private static byte[] Frame(FrameType type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, (byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, HeaderLength);
        return frame;
    }

    // A literal field without indexing, with a new name (RFC 7541, section 6.2.2); the texts are shorter than 127 bytes.
    private static byte[] Field(string name, string value) => [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
