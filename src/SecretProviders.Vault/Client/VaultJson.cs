using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SecretProviders.Vault.Client;

/// <summary>Reads and writes JSON without making strings of what may be secret.</summary>
internal static class VaultJson
{
    private const int MaxDepth = 32;

    // A century.
    private const long LongestSeconds = 36500L * 24 * 60 * 60;

    /// <summary>Gets what a reader of Vault's answers takes.</summary>
    public static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>Copies the text at the reader, unescaped.</summary>
    /// <param name="reader">At a string.</param>
    public static SensitiveBytes ReadSensitive(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return SensitiveBytes.Copy(reader.ValueSpan);
        }

        // Unescaped text is never longer than escaped text.
        var buffer = GC.AllocateUninitializedArray<byte>(reader.ValueSpan.Length, pinned: true);
        try
        {
            return SensitiveBytes.Copy(buffer.AsSpan(0, reader.CopyString(buffer)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>Copies the value at the reader and moves to its end: a string as its text, null as null, anything else as JSON.</summary>
    /// <param name="reader">At a value.</param>
    /// <param name="json">What the reader reads.</param>
    public static SensitiveBytes? ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return ReadSensitive(ref reader);
            case JsonTokenType.Null:
                return null;
            default:
                return SensitiveBytes.Copy(json[ReadRange(ref reader)]);
        }
    }

    /// <summary>Gets where the value at the reader lies, and moves to its end.</summary>
    public static Range ReadRange(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    /// <summary>Finds a property of an object and reads it as text that is not secret; null when it is absent or of another sort.</summary>
    /// <param name="json">The object; nothing, or something else, has no property.</param>
    /// <param name="name">The property.</param>
    public static string? FindText(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        return TryFind(json, name, out var reader) && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>Finds a property of an object and reads it as a whole number; null when it is absent or of another sort.</summary>
    public static long? FindNumber(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        return TryFind(json, name, out var reader) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : null;
    }

    /// <summary>Finds a property of an object and reads it as a number of seconds; null when it is absent or of another sort.</summary>
    public static TimeSpan? FindSeconds(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) => FindNumber(json, name) is { } seconds ? Seconds(seconds) : null;

    /// <summary>Makes a span of time of whole seconds: none that is negative, and none with which no instant can be reckoned.</summary>
    public static TimeSpan Seconds(long seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestSeconds));

    /// <summary>Finds a property of an object and reads it as a truth; null when it is absent or of another sort.</summary>
    public static bool? FindTruth(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        return TryFind(json, name, out var reader) && reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : null;
    }

    /// <summary>Finds a property of an object and copies its text; null when it is absent or of another sort.</summary>
    public static SensitiveBytes? FindSensitive(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        return TryFind(json, name, out var reader) && reader.TokenType == JsonTokenType.String ? ReadSensitive(ref reader) : null;
    }

    /// <summary>Finds where a property's value lies; null when it is absent.</summary>
    public static Range? FindRange(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        return TryFind(json, name, out var reader) ? ReadRange(ref reader) : null;
    }

    /// <summary>Writes an object whose values are texts; those that are null are left out.</summary>
    /// <param name="properties">The names and the UTF-8 texts.</param>
    public static SensitiveBytes WriteObject(params ReadOnlySpan<(string Name, SensitiveBytes? Value)> properties)
    {
        var size = 2;
        foreach (var (name, value) in properties)
        {
            // An escape takes six bytes for one.
            size += 8 + ((name.Length + (value?.Length ?? 0)) * 6);
        }

        var buffer = new PinnedBuffer(size);
        try
        {
            using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                foreach (var (name, value) in properties)
                {
                    if (value is not null)
                    {
                        writer.WriteString(name, value.GetSpan());
                    }
                }

                writer.WriteEndObject();
            }

            return SensitiveBytes.Copy(buffer.Written);
        }
        finally
        {
            buffer.Clear();
        }
    }

    /// <summary>Makes bytes of text that is not secret.</summary>
    public static SensitiveBytes Text(string value) => SensitiveBytes.Copy(Encoding.UTF8.GetBytes(value));

    private static bool TryFind(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out Utf8JsonReader reader)
    {
        reader = new Utf8JsonReader(json, ReaderOptions);
        if (json.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private sealed class PinnedBuffer(int size) : IBufferWriter<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(size + 256, pinned: true);
        private int _written;

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _written);

        public void Advance(int count) => _written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _bytes.AsMemory(_written);

        public Span<byte> GetSpan(int sizeHint = 0) => _bytes.AsSpan(_written);

        public void Clear() => CryptographicOperations.ZeroMemory(_bytes);
    }
}
