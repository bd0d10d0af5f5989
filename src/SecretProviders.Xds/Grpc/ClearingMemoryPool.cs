using System.Buffers;
using System.Security.Cryptography;

namespace SecretProviders.Xds.Grpc;

/// <summary>A pool whose buffers are zeroed when they are returned: what was received holds keys.</summary>
internal sealed class ClearingMemoryPool : MemoryPool<byte>
{
    private const int DefaultSize = 4096;

    public static ClearingMemoryPool Instance { get; } = new();

    public override int MaxBufferSize => Array.MaxLength;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) =>
        new Owner(ArrayPool<byte>.Shared.Rent(minBufferSize <= 0 ? DefaultSize : minBufferSize));

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Owner(byte[] buffer) : IMemoryOwner<byte>
    {
        private byte[]? _buffer = buffer;

        public Memory<byte> Memory => _buffer;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _buffer, null) is { } returned)
            {
                CryptographicOperations.ZeroMemory(returned);
                ArrayPool<byte>.Shared.Return(returned);
            }
        }
    }
}
