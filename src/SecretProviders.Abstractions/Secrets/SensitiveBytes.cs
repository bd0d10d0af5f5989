using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace SecretProviders;

/// <summary>
/// Private bytes: copied in once to pinned memory, immutable, shared freely, zeroed by the finalizer, never printed.
/// Every <see cref="Memory{T}"/> made of it keeps it alive. There is no public disposal, since a shared snapshot has
/// no last user that anybody knows. Copies that the TLS stack, the kernel or a consumer makes are beyond its reach.
/// </summary>
public sealed class SensitiveBytes : MemoryManager<byte>, IEquatable<SensitiveBytes>
{
    private readonly byte[] _bytes;

    private SensitiveBytes(int length) => _bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);

    /// <summary>Zeroes the bytes.</summary>
    ~SensitiveBytes() => CryptographicOperations.ZeroMemory(_bytes);

    /// <summary>Gets the number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>Copies bytes into a new instance; the caller still owns, and should clear, what it passed.</summary>
    public static SensitiveBytes Copy(ReadOnlySpan<byte> bytes)
    {
        var copy = new SensitiveBytes(bytes.Length);
        bytes.CopyTo(copy._bytes);
        return copy;
    }

    /// <summary>Makes an instance whose bytes are written in place, so that no other copy exists.</summary>
    /// <param name="length">The number of bytes.</param>
    /// <param name="state">Handed to <paramref name="write"/>.</param>
    /// <param name="write">Fills the bytes; must not keep the span.</param>
    public static SensitiveBytes Create<TState>(int length, TState state, SpanAction<byte, TState> write)
        where TState : allows ref struct
    {
        var created = new SensitiveBytes(length);
        write(created._bytes, state);
        return created;
    }

    /// <summary>
    /// Gets the bytes. The span does not keep the owner alive: hold the <see cref="SensitiveBytes"/> (or use its
    /// memory) for as long as the span is read.
    /// </summary>
    public override Span<byte> GetSpan() => _bytes;

    /// <summary>Compares content in time that does not depend on where it differs.</summary>
    public bool Equals(SensitiveBytes? other) =>
        other is not null && (ReferenceEquals(this, other) || FixedTimeEquals(_bytes, other._bytes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SensitiveBytes);

    /// <summary>Returns a hash of the length only: a hash of content would be a clue to it.</summary>
    public override int GetHashCode() => _bytes.Length;

    /// <summary>Returns the length and no content.</summary>
    public override string ToString() => $"SensitiveBytes ({Length} bytes, redacted)";

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_bytes.Length, nameof(elementIndex));
        unsafe
        {
            // The array is on the pinned heap; the handle carries this owner so that it outlives the pointer.
            fixed (byte* start = _bytes)
            {
                return new MemoryHandle(start + elementIndex, pinnable: this);
            }
        }
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    // As CryptographicOperations.FixedTimeEquals, which goes byte by byte: every rotation compares the new secret with the
    // old one, and that took more time than any other step. Nothing here branches on content, and only the length is
    // told early; not inlined, so that no caller's code is woven into it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool FixedTimeEquals(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.Length != other.Length)
        {
            return false;
        }

        var differences = Vector<byte>.Zero;
        var place = 0;
        for (; place <= one.Length - Vector<byte>.Count; place += Vector<byte>.Count)
        {
            differences |= new Vector<byte>(one[place..]) ^ new Vector<byte>(other[place..]);
        }

        var rest = 0;
        for (; place < one.Length; place++)
        {
            rest |= one[place] ^ other[place];
        }

        for (var lane = 0; lane < Vector<byte>.Count; lane++)
        {
            rest |= differences[lane];
        }

        return rest == 0;
    }

    /// <summary>Does nothing: the bytes are shared, and only the finalizer knows that nobody reads them any more.</summary>
    protected override void Dispose(bool disposing)
    {
    }
}
