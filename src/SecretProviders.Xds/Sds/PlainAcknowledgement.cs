using System.Buffers;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Xds.Sds;

/// <summary>
/// Reads the request that streams send most, an acknowledgement that says nothing else, without making objects of it.
/// What it does not take is for the parser of the whole message, whatever is special or wrong about it.
/// </summary>
internal static class PlainAcknowledgement
{
    private const int NoField = -1;
    private const int MaxVarint = 5;
    private const byte LengthDelimited = 2;
    private const byte More = 0x80;

    /// <summary>Reads a <c>DiscoveryRequest</c> with a version, one name, a type and a nonce.</summary>
    public static bool TryReadStateOfTheWorld(ReadOnlySequence<byte> request, out long nonce, out ReadOnlySpan<byte> name) =>
        TryRead(request, version: 1, resourceName: 3, typeUrl: 4, responseNonce: 5, out nonce, out name) && !name.IsEmpty;

    /// <summary>Reads a <c>DeltaDiscoveryRequest</c> with a type and a nonce.</summary>
    public static bool TryReadDelta(ReadOnlySequence<byte> request, out long nonce) =>
        TryRead(request, NoField, NoField, typeUrl: 2, responseNonce: 6, out nonce, out _);

    private static bool TryRead(
        ReadOnlySequence<byte> request, int version, int resourceName, int typeUrl, int responseNonce, out long nonce, out ReadOnlySpan<byte> name)
    {
        nonce = 0;
        name = default;
        if (!request.IsSingleSegment)
        {
            return false;
        }

        for (var rest = request.FirstSpan; !rest.IsEmpty;)
        {
            if (!TryReadField(ref rest, out var field, out var content))
            {
                return false;
            }

            if (field == responseNonce)
            {
                nonce = DiscoveryRequests.ParseNonce(content);
            }
            else if (field == resourceName && name.IsEmpty && !content.IsEmpty)
            {
                name = content;
            }
            else if (field == typeUrl ? !content.SequenceEqual(SecretTypes.SecretUrlBytes) : field != version)
            {
                return false;
            }
        }

        return nonce != 0;
    }

    private static bool TryReadField(scoped ref ReadOnlySpan<byte> rest, out int field, out ReadOnlySpan<byte> content)
    {
        content = default;
        field = rest[0] >> 3;

        // All fields that matter here have numbers below 16, one byte: what begins a longer one is 16 or more in any case.
        if ((rest[0] & 7) != LengthDelimited || !TryReadLength(rest[1..], out var length, out var read) || length > rest.Length - 1 - read)
        {
            return false;
        }

        content = rest.Slice(1 + read, length);
        rest = rest[(1 + read + length)..];
        return true;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length, out int read)
    {
        length = 0;
        for (read = 0; read < bytes.Length && read < MaxVarint - 1;)
        {
            var part = bytes[read];
            length |= (part & 0x7F) << (7 * read++);
            if (part < More)
            {
                return true;
            }
        }

        return false;
    }
}
