using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;

namespace SecretProviders.Xds.Grpc;

/// <summary>A gzip message, unpacked into a rented buffer that is zeroed when returned.</summary>
internal sealed class GrpcInflatedMessage : IDisposable
{
    private const int FirstSize = 16 * 1024;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);
    private int _length;

    private GrpcInflatedMessage()
    {
    }

    public ReadOnlySequence<byte> Bytes => new(_buffer, 0, _length);

    /// <summary>Unpacks a message. Growth stops at the limit, so a small bomb stays small.</summary>
    /// <exception cref="GrpcException">It is not gzip, or larger than allowed.</exception>
    public static GrpcInflatedMessage Read(ReadOnlySequence<byte> compressed, int maxSize)
    {
        var message = new GrpcInflatedMessage();
        try
        {
            message.Fill(compressed, maxSize);
            return message;
        }
        catch (InvalidDataException exception)
        {
            message.Dispose();
            throw new GrpcException(GrpcStatusCode.Internal, "A message flagged as gzip is not gzip.", exception);
        }
        catch
        {
            message.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Return(_buffer);
        _buffer = [];
    }

    private static void Return(byte[] buffer)
    {
        CryptographicOperations.ZeroMemory(buffer);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Fill(ReadOnlySequence<byte> compressed, int maxSize)
    {
        var packed = ArrayPool<byte>.Shared.Rent((int)compressed.Length);
        try
        {
            compressed.CopyTo(packed);
            using var gzip = new GZipStream(new MemoryStream(packed, 0, (int)compressed.Length, writable: false), CompressionMode.Decompress);
            while (true)
            {
                var read = gzip.Read(_buffer, _length, _buffer.Length - _length);
                if (read == 0)
                {
                    return;
                }

                _length += read;
                if (_length > maxSize)
                {
                    throw new GrpcException(GrpcStatusCode.ResourceExhausted, $"A message is larger than the limit of {maxSize} bytes after decompression.");
                }

                Grow();
            }
        }
        finally
        {
            Return(packed);
        }
    }

    private void Grow()
    {
        if (_length < _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        Return(_buffer);
        _buffer = larger;
    }
}
