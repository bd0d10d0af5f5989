using System.Text.Json;

namespace SecretProviders.Kubernetes.Client;

/// <summary>Reads the events of a watch, one on each line.</summary>
/// <param name="buffer">The response.</param>
/// <param name="handler">Takes each event.</param>
internal sealed class WatchReader(WireBuffer buffer, IWatchHandler handler)
{
    /// <summary>Reads until the server ends the stream.</summary>
    /// <exception cref="ApiException">The server ended it with an ERROR event.</exception>
    /// <exception cref="IOException">The stream was cut in the middle of an event.</exception>
    /// <exception cref="JsonException">A line is no event.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var scanned = 0;
        while (true)
        {
            // JSON has no raw line feed inside, so the end of a line is the end of an event.
            var end = buffer.Unread[scanned..].IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = scanned + end;
                ReadLine(buffer.Unread[..line]);
                buffer.Advance(line + 1);
                scanned = 0;
                continue;
            }

            scanned = buffer.Unread.Length;
            if (!await buffer.FillAsync(greedy: false, cancellationToken).ConfigureAwait(false))
            {
                break;
            }
        }

        if (buffer.Unread.Length > 0)
        {
            throw new IOException("The watch was cut in the middle of an event.");
        }
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        if (line.Trim(" \t\r"u8).IsEmpty)
        {
            return;
        }

        ReadOnlySpan<byte> item = default;
        WatchEventType? type = null;
        var isError = false;
        var reader = new Utf8JsonReader(line, RawObject.Options);
        reader.Read();
        Require(reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                (type, isError) = ReadType(ref reader);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                item = RawObject.ReadValue(ref reader, line);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        Require(!item.IsEmpty);
        Handle(isError ? throw ApiStatus.ToException(item, null) : type, item);
    }

    // A sort of event that is not known yet is nothing that this client asked for.
    private void Handle(WatchEventType? type, ReadOnlySpan<byte> item)
    {
        if (type is { } known)
        {
            handler.Handle(known, RawObject.Read(item));
        }
    }

    private static (WatchEventType? Type, bool IsError) ReadType(ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.String);
        return (
            reader.ValueTextEquals("ADDED"u8) ? WatchEventType.Added
            : reader.ValueTextEquals("MODIFIED"u8) ? WatchEventType.Modified
            : reader.ValueTextEquals("DELETED"u8) ? WatchEventType.Deleted
            : reader.ValueTextEquals("BOOKMARK"u8) ? WatchEventType.Bookmark
            : null,
            reader.ValueTextEquals("ERROR"u8));
    }

    private static void Require(bool isEvent)
    {
        if (!isEvent)
        {
            throw new JsonException("A line of the watch is no event.");
        }
    }
}
