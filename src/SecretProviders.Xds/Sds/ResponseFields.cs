using System.Buffers;
using System.Text;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Xds.Sds;

/// <summary>Writes length-delimited protobuf fields; fields may come in any order (protobuf encoding).</summary>
internal static class ResponseFields
{
    private const int MaxHeader = 6;
    private const int LengthDelimited = 2;

    public static int Length(int content) => 1 + Varint.Length(content) + content;

    public static int Length(string text) => Length(Encoding.UTF8.GetByteCount(text));

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

    public static void Write(IBufferWriter<byte> writer, int field, SensitiveBytes bytes)
    {
        WriteHeader(writer, field, bytes.Length);
        writer.Write(bytes.GetSpan());
        GC.KeepAlive(bytes);
    }
}
