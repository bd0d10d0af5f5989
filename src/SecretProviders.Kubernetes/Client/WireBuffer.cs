using System.Security.Cryptography;

namespace SecretProviders.Kubernetes.Client;

/// <summary>Bytes of a response between the wire and their reader: as large as the largest object, zeroed when read.</summary>
/// <param name="stream">The response.</param>
/// <param name="limit">How large an object may be.</param>
/// <param name="initial">The size to begin with.</param>
/// <param name="lasts">Whether it is there for long, and so gives up what one large object took.</param>
internal sealed class WireBuffer(Stream stream, int limit, int initial = WireBuffer.Large, bool lasts = false) : IDisposable
{
    /// <summary>What etcd takes is 1.5 MiB; aggregated API servers may have more.</summary>
    public const int DefaultLimit = 16 * 1024 * 1024;

    /// <summary>For what comes at once, such as lists.</summary>
    public const int Large = 16 * 1024;

    /// <summary>For what lasts and says little, such as watches of one object, of which there may be thousands.</summary>
    public const int Small = 1024;

    private const int WorthKeeping = 64 * 1024;

    private byte[] _bytes = new byte[initial];
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start.._end);

    /// <summary>Gives up the first bytes of <see cref="Unread"/>.</summary>
    public void Advance(int count)
    {
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(_start, count));
        _start += count;
        if (_start < _end)
        {
            return;
        }

        _start = _end = 0;
        if (lasts && _bytes.Length > WorthKeeping)
        {
            _bytes = new byte[initial];
        }
    }

    /// <summary>Reads more behind <see cref="Unread"/>.</summary>
    /// <param name="greedy">Whether to wait until the buffer is full: worth it when the rest is coming anyway.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether there was more.</returns>
    /// <exception cref="InvalidDataException">One object is larger than the limit.</exception>
    public async ValueTask<bool> FillAsync(bool greedy, CancellationToken cancellationToken)
    {
        MakeRoom();
        var free = _bytes.AsMemory(_end);
        var read = greedy
            ? await stream.ReadAtLeastAsync(free, free.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)
            : await stream.ReadAsync(free, cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _start = _end = 0;
    }

    private void MakeRoom()
    {
        if (_end < _bytes.Length && _start == 0)
        {
            return;
        }

        var unread = _end - _start;
        if (unread >= limit)
        {
            throw new InvalidDataException($"The API server sent an object of more than {limit} bytes.");
        }

        var from = _bytes;
        _bytes = unread > from.Length / 2 ? new byte[Math.Min(from.Length * 2L, Math.Max(limit, initial))] : from;
        Buffer.BlockCopy(from, _start, _bytes, 0, unread);
        CryptographicOperations.ZeroMemory(ReferenceEquals(from, _bytes) ? from.AsSpan(unread.._end) : from);
        _start = 0;
        _end = unread;
    }
}
