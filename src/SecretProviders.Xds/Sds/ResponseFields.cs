using System.Buffers;
using System.Globalization;
using System.Text;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Xds.Sds;

/// <summary>Writes length-delimited protobuf fields; fields may come in any order (protobuf encoding).</summary>
internal static class ResponseFields
{
    /// <summary>The most bytes that a field's number and length take.</summary>
    public const int MaxHeader = 6;

    private const int LengthDelimited = 2;
    private const int MaxDigits = 19;

    public static int Length(int content) => 1 + Varint.Length(content) + content;

    public static int Length(string text) => Length(Encoding.UTF8.GetByteCount(text));

    /// <summary>Returns the length of a field with a number in decimal digits.</summary>
    public static int LengthOfDigits(long number)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        number.TryFormat(digits, out var count, provider: CultureInfo.InvariantCulture);
        return Length(count);
    }

    /// <summary>Writes a field's number and length; its content follows. Field numbers are below 16.</summary>
    public static void WriteHeader(IBufferWriter<byte> writer, int field, int length)
    {
        var span = writer.GetSpan(MaxHeader);
        span[0] = (byte)((field << 3) | LengthDelimited);
        writer.Advance(1 + Varint.Write(span[1..], length));
    }

    public static void Write(IBufferWriter<byte> writer, int field, string text)
    {
        WriteHeader(writer, field, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, writer);
    }

    /// <summary>Writes a number of 0 or more in decimal digits.</summary>
    public static void WriteDigits(IBufferWriter<byte> writer, int field, long number)
    {
        Span<byte> digits = stackalloc byte[MaxDigits];
        number.TryFormat(digits, out var count, provider: CultureInfo.InvariantCulture);
        WriteHeader(writer, field, count);
        writer.Write(digits[..count]);
    }

    public static void Write(IBufferWriter<byte> writer, int field, EncodedSecret secret)
    {
        WriteHeader(writer, field, secret.Length);
        secret.WriteTo(writer);
    }
}
