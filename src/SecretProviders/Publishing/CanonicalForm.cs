using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SecretProviders.Publishing;

/// <summary>
/// Hashes the parts of a canonical form. Each call of the hash costs as much as hashing a hundred bytes, so small public
/// parts are gathered; private bytes go straight to the hash. One form at a time.
/// </summary>
internal sealed class CanonicalForm(IncrementalHash hash) : IDisposable
{
    private readonly byte[] _gathered = new byte[256];
    private int _count;

    public void Append(bool flag) => Append(flag ? (byte)1 : (byte)0);

    public void Append(byte value) => Room(sizeof(byte))[0] = value;

    public void Append(int number) => BinaryPrimitives.WriteInt32BigEndian(Room(sizeof(int)), number);

    /// <summary>Appends public bytes after their length.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Append(bytes.Length);
        if (bytes.Length <= _gathered.Length)
        {
            bytes.CopyTo(Room(bytes.Length));
            return;
        }

        Flush();
        hash.AppendData(bytes);
    }

    /// <summary>Appends private bytes after their length.</summary>
    public void Append(SensitiveBytes bytes)
    {
        Append(bytes.Length);
        Flush();
        hash.AppendData(bytes.GetSpan());
        GC.KeepAlive(bytes);
    }

    /// <summary>Appends text as UTF-16 units and not as UTF-8, which makes the same bytes of all broken surrogates.</summary>
    public void Append(string text)
    {
        Append(text.Length * sizeof(char));
        foreach (var unit in text)
        {
            BinaryPrimitives.WriteUInt16BigEndian(Room(sizeof(char)), unit);
        }
    }

    /// <summary>Appends items after their number.</summary>
    public void AppendAll<T>(IReadOnlyCollection<T> items, Action<CanonicalForm, T> append)
    {
        Append(items.Count);
        foreach (var item in items)
        {
            append(this, item);
        }
    }

    /// <summary>Ends the form and begins the next.</summary>
    /// <returns>The hash in lower-case hexadecimal digits.</returns>
    public string End()
    {
        Flush();
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Convert.ToHexStringLower(digest);
    }

    public void Dispose() => hash.Dispose();

    private Span<byte> Room(int length)
    {
        if (_count + length > _gathered.Length)
        {
            Flush();
        }

        _count += length;
        return _gathered.AsSpan(_count - length, length);
    }

    private void Flush()
    {
        if (_count != 0)
        {
            hash.AppendData(_gathered.AsSpan(0, _count));
            _count = 0;
        }
    }
}
