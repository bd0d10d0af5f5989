using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace SecretProviders.Decoding;

/// <summary>
/// Session ticket keys of 80 bytes: raw or base64, one or several in a field, one right after another. The fields are
/// taken in the ordinal order of their names, and the very first key encrypts: name them 00, 01 …, or current and previous.
/// </summary>
internal static class SessionTicketKeysReader
{
    private const int Base64Length = (SessionTicketKeys.KeyLength + 2) / 3 * 4;

    public static SessionTicketKeys Read(SecretFields fields)
    {
        var keys = ImmutableArray.CreateBuilder<SensitiveBytes>();
        foreach (var (name, value) in fields.Fields.OrderBy(static field => field.Key, StringComparer.Ordinal))
        {
            if (!TryReadBase64(value.GetSpan(), keys) && !TryReadRaw(value.GetSpan(), keys))
            {
                throw new UnsoundSecretException(
                    SecretProblemCode.Malformed,
                    fields.Where(name),
                    $"it is not one or more keys of {SessionTicketKeys.KeyLength} bytes, raw or base64; make one with: openssl rand {SessionTicketKeys.KeyLength}.");
            }
        }

        return new SessionTicketKeys(keys.ToImmutable());
    }

    private static bool TryReadRaw(ReadOnlySpan<byte> bytes, ImmutableArray<SensitiveBytes>.Builder keys)
    {
        if (bytes.IsEmpty || bytes.Length % SessionTicketKeys.KeyLength != 0)
        {
            return false;
        }

        for (; !bytes.IsEmpty; bytes = bytes[SessionTicketKeys.KeyLength..])
        {
            keys.Add(SensitiveBytes.Copy(bytes[..SessionTicketKeys.KeyLength]));
        }

        return true;
    }

    // Tools wrap lines as they like, so the text is read without its white space: 108 digits a key, padding included.
    private static bool TryReadBase64(ReadOnlySpan<byte> text, ImmutableArray<SensitiveBytes>.Builder keys)
    {
        var digits = GC.AllocateUninitializedArray<byte>(text.Length, pinned: true);
        var decoded = GC.AllocateUninitializedArray<byte>(text.Length, pinned: true);
        try
        {
            var count = 0;
            foreach (var character in text)
            {
                if (character is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                {
                    digits[count++] = character;
                }
            }

            var total = 0;
            for (var start = 0; start < count; start += Base64Length, total += SessionTicketKeys.KeyLength)
            {
                if (start + Base64Length > count
                    || Base64.DecodeFromUtf8(digits.AsSpan(start, Base64Length), decoded.AsSpan(total), out _, out var written) != OperationStatus.Done
                    || written != SessionTicketKeys.KeyLength)
                {
                    return false;
                }
            }

            return TryReadRaw(decoded.AsSpan(0, total), keys);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(digits);
            CryptographicOperations.ZeroMemory(decoded);
        }
    }
}
