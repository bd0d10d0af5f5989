using System.Text.Json;

namespace SecretProviders.Kubernetes.Client;

/// <summary>
/// One object as it lies in the buffer, cut at its fields and not yet decoded: most objects pass by unwanted, and of
/// those nothing but the name is ever made.
/// </summary>
internal readonly ref struct RawObject
{
    /// <summary>How deep objects may nest: the managed fields of an object can nest deeper than the reader's default.</summary>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = 256 };

    private RawObject(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An object was expected.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                Metadata = ReadValue(ref reader, json);
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                Data = ReadValue(ref reader, json);
            }
            else if (reader.ValueTextEquals("binaryData"u8))
            {
                BinaryData = ReadValue(ref reader, json);
            }
            else if (reader.ValueTextEquals("spec"u8))
            {
                Spec = ReadValue(ref reader, json);
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                Type = ReadValue(ref reader, json);
            }
            else if (reader.ValueTextEquals("immutable"u8))
            {
                IsImmutable = ReadValue(ref reader, json).SequenceEqual("true"u8);
            }
            else
            {
                ReadValue(ref reader, json);
            }
        }
    }

    public ReadOnlySpan<byte> Metadata { get; }

    public ReadOnlySpan<byte> Data { get; }

    public ReadOnlySpan<byte> BinaryData { get; }

    public ReadOnlySpan<byte> Spec { get; }

    /// <summary>Gets the type of a Secret, as a JSON string.</summary>
    public ReadOnlySpan<byte> Type { get; }

    public bool IsImmutable { get; }

    /// <summary>Cuts one object.</summary>
    /// <param name="json">The whole object and nothing else.</param>
    /// <exception cref="JsonException">It is no object.</exception>
    public static RawObject Read(ReadOnlySpan<byte> json) => new(json);

    /// <summary>Reads a text.</summary>
    /// <exception cref="JsonException">Its bytes are no UTF-8, which the reader itself tells by another exception.</exception>
    internal static string ReadText(scoped ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("A text is not UTF-8.");
        }
    }

    /// <summary>Reads the value that follows a property's name, as it is written.</summary>
    internal static ReadOnlySpan<byte> ReadValue(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }
}
