namespace SecretProviders.Xds.Mapping;

/// <summary>Protobuf's variable-length integers, for lengths.</summary>
internal static class Varint
{
    public static int Length(int value)
    {
        var length = 1;
        for (var rest = (uint)value >> 7; rest != 0; rest >>= 7)
        {
            length++;
        }

        return length;
    }

    /// <summary>Writes a value and returns the number of bytes written.</summary>
    public static int Write(Span<byte> destination, int value)
    {
        var rest = (uint)value;
        var written = 0;
        while (rest > 0x7F)
        {
            destination[written++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        destination[written++] = (byte)rest;
        return written;
    }
}
