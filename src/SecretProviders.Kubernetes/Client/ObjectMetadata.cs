using System.Text.Json;

namespace SecretProviders.Kubernetes.Client;

/// <summary>The little that is read of an object's metadata.</summary>
/// <param name="Namespace">Its namespace; empty for objects of the cluster.</param>
/// <param name="Name">Its name; empty in a bookmark.</param>
/// <param name="Uid">What tells it from another one of the same name before or after it.</param>
/// <param name="ResourceVersion">Its version.</param>
/// <param name="EndsInitialEvents">Whether it is the bookmark that ends a streamed list.</param>
internal readonly record struct ObjectMetadata(string Namespace, string Name, string Uid, string ResourceVersion, bool EndsInitialEvents)
{
    private static ReadOnlySpan<byte> InitialEventsEnd => "k8s.io/initial-events-end"u8;

    /// <summary>Reads the metadata of an object.</summary>
    /// <exception cref="JsonException">It is not what the API's conventions say.</exception>
    public static ObjectMetadata Read(RawObject item)
    {
        var (place, name, uid, version, ends) = ("", "", "", "", false);
        var reader = new Utf8JsonReader(item.Metadata, RawObject.Options);
        if (item.Metadata.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An object has no metadata.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("namespace"u8))
            {
                place = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                name = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("uid"u8))
            {
                uid = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("resourceVersion"u8))
            {
                version = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("annotations"u8))
            {
                ends = HasEndMark(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return new ObjectMetadata(place, name, uid, version, ends);
    }

    private static string ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => RawObject.ReadText(ref reader),
            JsonTokenType.Null => "",
            _ => throw new JsonException("A name in an object's metadata is no text."),
        };
    }

    private static bool HasEndMark(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMark = reader.ValueTextEquals(InitialEventsEnd);
            reader.Read();
            found |= isMark && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("true"u8);
            reader.Skip();
        }

        return found;
    }
}
