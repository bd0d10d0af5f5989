using System.Text;

namespace SecretProviders.Xds.Envoy;

/// <summary>
/// Writes one protobuf message field by field. Our own, because the order and the defaults that a library chooses are
/// the library's to change, and these bytes must never change.
/// </summary>
internal sealed class FrozenMessage
{
    private const int VarintType = 0;
    private const int LengthDelimited = 2;
    private const int Continues = 0x80;

    private readonly List<byte> _bytes = [];

    /// <summary>Writes an integer, enumeration or boolean; nothing for zero, the default.</summary>
    public FrozenMessage Number(int field, long value)
    {
        if (value != 0)
        {
            Varint((ulong)((field << 3) | VarintType));
            Varint((ulong)value);
        }

        return this;
    }

    /// <summary>Writes text; nothing for none.</summary>
    public FrozenMessage Text(int field, string? value) =>
        string.IsNullOrEmpty(value) ? this : Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Writes a message, also an empty one; nothing for null.</summary>
    public FrozenMessage Message(int field, FrozenMessage? value) => value is null ? this : Bytes(field, value.ToArray());

    public byte[] ToArray() => [.. _bytes];

    private FrozenMessage Bytes(int field, byte[] value)
    {
        Varint((ulong)((field << 3) | LengthDelimited));
        Varint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= Continues; value >>= 7)
        {
            _bytes.Add((byte)(value | Continues));
        }

        _bytes.Add((byte)value);
    }
}
