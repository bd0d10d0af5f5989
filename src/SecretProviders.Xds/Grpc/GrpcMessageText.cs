using System.Globalization;
using System.Text;

namespace SecretProviders.Xds.Grpc;

/// <summary>The percent-encoding of <c>grpc-message</c>: printable ASCII but <c>%</c> stays as it is.</summary>
internal static class GrpcMessageText
{
    /// <summary>Headers of a peer are limited (.NET: 64 KiB together); a longer text is cut before it breaks the call.</summary>
    public const int MaxEncodedLength = 8 * 1024;

    private const int EscapeLength = 3;
    private const string Hex = "0123456789ABCDEF";

    public static string Encode(string message)
    {
        var encoded = new StringBuilder(message.Length);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in message.EnumerateRunes())
        {
            var bytes = utf8[..rune.EncodeToUtf8(utf8)];
            if (encoded.Length + (bytes.Length * EscapeLength) > MaxEncodedLength)
            {
                break;
            }

            Append(encoded, bytes);
        }

        return encoded.ToString();
    }

    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%', StringComparison.Ordinal))
        {
            return encoded;
        }

        var bytes = new List<byte>(encoded.Length);
        for (var index = 0; index < encoded.Length; index++)
        {
            if (encoded[index] == '%'
                && index + 2 < encoded.Length
                && byte.TryParse(encoded.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                index += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(encoded[index].ToString()));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static void Append(StringBuilder encoded, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                encoded.Append((char)value);
            }
            else
            {
                encoded.Append('%').Append(Hex[value >> 4]).Append(Hex[value & 0xF]);
            }
        }
    }
}
