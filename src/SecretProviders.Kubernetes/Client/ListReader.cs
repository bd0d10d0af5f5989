using System.Text.Json;

namespace SecretProviders.Kubernetes.Client;

/// <summary>Reads a list as it comes: each object is handed over as soon as its bytes are there, and then forgotten.</summary>
/// <param name="buffer">The response.</param>
/// <param name="onObject">Takes each object.</param>
internal sealed class ListReader(WireBuffer buffer, ObjectHandler onObject)
{
    private JsonReaderState _state = new(RawObject.Options);
    private Place _place = Place.Start;
    private string _version = "";
    private string? _continue;
    private bool _hasItems;

    private enum Place
    {
        Start,
        Fields,
        Items,
        End,
    }

    /// <summary>Reads to the end.</summary>
    /// <exception cref="IOException">The response ended in the middle.</exception>
    /// <exception cref="JsonException">The response is no list.</exception>
    public async Task<ListPage> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            buffer.Advance(ReadBuffered());
            if (_place == Place.End)
            {
                // What is no list must not pass for an empty one: everything would seem to be deleted.
                Require(_hasItems && _version.Length > 0);
                return new ListPage(_version, string.IsNullOrEmpty(_continue) ? null : _continue);
            }

            if (!await buffer.FillAsync(greedy: true, cancellationToken).ConfigureAwait(false))
            {
                throw new IOException("The list ended in the middle.");
            }
        }
    }

    private int ReadBuffered()
    {
        var json = buffer.Unread;
        var reader = new Utf8JsonReader(json, isFinalBlock: false, _state);
        var consumed = 0;
        while (_place != Place.End && TryStep(ref reader, json))
        {
            consumed = (int)reader.BytesConsumed;
            _state = reader.CurrentState;
        }

        return consumed;
    }

    // Leaves the reader where it was when the value is not there as a whole.
    private bool TryStep(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var ahead = reader;
        if (!ahead.Read())
        {
            return false;
        }

        var done = _place switch
        {
            Place.Start => TryEnter(ref ahead),
            Place.Items => TryReadItem(ref ahead, json),
            _ => TryReadField(ref ahead, json),
        };
        if (done)
        {
            reader = ahead;
        }

        return done;
    }

    private bool TryEnter(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartObject);
        _place = Place.Fields;
        return true;
    }

    private bool TryReadField(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            _place = Place.End;
            return true;
        }

        var isItems = reader.ValueTextEquals("items"u8);
        var isMetadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read())
        {
            return false;
        }

        if (isItems)
        {
            // No items may be written as none at all.
            Require(reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null);
            _hasItems = true;
            _place = reader.TokenType == JsonTokenType.StartArray ? Place.Items : Place.Fields;
            return true;
        }

        var start = (int)reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            return false;
        }

        if (isMetadata)
        {
            ReadMetadata(json[start..(int)reader.BytesConsumed]);
        }

        return true;
    }

    private bool TryReadItem(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _place = Place.Fields;
            return true;
        }

        Require(reader.TokenType == JsonTokenType.StartObject);
        var start = (int)reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            return false;
        }

        onObject(RawObject.Read(json[start..(int)reader.BytesConsumed]));
        return true;
    }

    private void ReadMetadata(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, RawObject.Options);
        reader.Read();
        Require(reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVersion = reader.ValueTextEquals("resourceVersion"u8);
            var isContinue = reader.ValueTextEquals("continue"u8);
            reader.Read();
            if (isVersion && reader.TokenType == JsonTokenType.String)
            {
                _version = RawObject.ReadText(ref reader);
            }
            else if (isContinue && reader.TokenType == JsonTokenType.String)
            {
                _continue = RawObject.ReadText(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void Require(bool isList)
    {
        if (!isList)
        {
            throw new JsonException("The answer is no list of objects.");
        }
    }
}
