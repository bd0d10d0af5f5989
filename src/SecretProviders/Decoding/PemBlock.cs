using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SecretProviders.Decoding;

/// <summary>One sound PEM block, still encoded.</summary>
internal readonly ref struct PemBlock(ReadOnlySpan<byte> text, PemFields fields, string where)
{
    private const int LongestLabel = 40;
    private readonly ReadOnlySpan<byte> _base64 = text[fields.Base64Data];

    /// <summary>Gets the label, cut to a length fit for messages.</summary>
    public string Label { get; } = Encoding.ASCII.GetString(text[fields.Label][..Math.Min(text[fields.Label].Length, LongestLabel)]);

    /// <summary>Gets the place, the field and the number of the block, for messages.</summary>
    public string Where { get; } = where;

    /// <summary>Decodes the block for <paramref name="read"/>, then zeroes every byte of it: it may be a key.</summary>
    public void Decode<TState>(TState state, ReadOnlySpanAction<byte, TState> read)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(Base64.GetMaxDecodedFromUtf8Length(_base64.Length), pinned: true);
        try
        {
            if (Base64.DecodeFromUtf8(_base64, buffer, out _, out var written) != OperationStatus.Done)
            {
                throw new UnsoundSecretException(SecretProblemCode.Malformed, Where, "the block is not sound base64; write it again.");
            }

            read(buffer.AsSpan(0, written), state);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
