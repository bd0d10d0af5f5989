using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json;
using SecretProviders.Kubernetes.Client;

namespace SecretProviders.Kubernetes.Material;

/// <summary>Reads the values of an object's fields straight into private memory: no string ever holds one. Pure.</summary>
internal static class FieldReader
{
    private const string TrustField = "ca.crt";

    private delegate SensitiveBytes Decoder(string field, ReadOnlySpan<byte> text);

    /// <summary>Reads a map of base64 values.</summary>
    /// <exception cref="FormatException">A value is not base64; the message names the field.</exception>
    public static void ReadBase64(ReadOnlySpan<byte> json, ImmutableArray<KeyValuePair<string, SensitiveBytes>>.Builder fields) =>
        ReadMap(json, fields, DecodeBase64);

    /// <summary>Reads a map of plain texts.</summary>
    public static void ReadText(ReadOnlySpan<byte> json, ImmutableArray<KeyValuePair<string, SensitiveBytes>>.Builder fields) =>
        ReadMap(json, fields, static (_, text) => SensitiveBytes.Copy(text));

    /// <summary>Reads the certificates of a ClusterTrustBundle's spec.</summary>
    public static void ReadTrustBundle(ReadOnlySpan<byte> json, ImmutableArray<KeyValuePair<string, SensitiveBytes>>.Builder fields)
    {
        if (!TryEnter(json, out var reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isBundle = reader.ValueTextEquals("trustBundle"u8);
            reader.Read();
            if (isBundle)
            {
                fields.Add(KeyValuePair.Create(TrustField, ReadValue(ref reader, TrustField, static (_, text) => SensitiveBytes.Copy(text))));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadMap(ReadOnlySpan<byte> json, ImmutableArray<KeyValuePair<string, SensitiveBytes>>.Builder fields, Decoder decode)
    {
        if (!TryEnter(json, out var reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            fields.Add(KeyValuePair.Create(name, ReadValue(ref reader, name, decode)));
        }
    }

    private static bool TryEnter(ReadOnlySpan<byte> json, out Utf8JsonReader reader)
    {
        reader = new Utf8JsonReader(json, RawObject.Options);
        if (json.IsEmpty)
        {
            return false;
        }

        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.Null => false,
            _ => throw new FormatException("its fields are no map"),
        };
    }

    private static SensitiveBytes ReadValue(ref Utf8JsonReader reader, string field, Decoder decode)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return SensitiveBytes.Copy([]);
        }

        if (reader.TokenType != JsonTokenType.String)
        {
            throw new FormatException($"field '{Printable(field)}' is no text");
        }

        if (!reader.ValueIsEscaped)
        {
            return decode(field, reader.ValueSpan);
        }

        // Unescaped text is never longer than escaped; the copy is private too, since its finalizer zeroes it.
        var length = 0;
        var unescaped = SensitiveBytes.Create(reader.ValueSpan.Length, reader, (bytes, from) => length = from.CopyString(bytes));
        var value = decode(field, unescaped.GetSpan()[..length]);
        GC.KeepAlive(unescaped);
        return value;
    }

    private static SensitiveBytes DecodeBase64(string field, ReadOnlySpan<byte> text) =>
        Base64.IsValid(text, out var length)
            ? SensitiveBytes.Create(length, text, static (bytes, text) => Base64.DecodeFromUtf8(text, bytes, out _, out _))
            : throw new FormatException($"field '{Printable(field)}' is not base64");

    private static string Printable(string field) => new([.. field.Take(253).Select(static letter => char.IsControl(letter) ? '?' : letter)]);
}
