using System.Buffers;
using System.Text;

namespace SecretProviders.Sds;

/// <summary>Judges the key of a reference: the name of a resource at the server, which goes nowhere but into a message. Pure.</summary>
internal static class SdsKey
{
    private const int MaxBytes = 1024;
    private const string Everything = "*";

    /// <summary>Says what is wrong with a reference, or null.</summary>
    public static string? Fault(SecretReference reference)
    {
        var key = reference.Key;
        var shown = ReceivedResource.Shorten(key);
        if (key.Length == 0)
        {
            return "The key is empty: name a resource of the SDS server.";
        }

        if (!IsText(key))
        {
            return "The key holds a control character or half a character: name a resource of the SDS server.";
        }

        if (Encoding.UTF8.GetByteCount(key) > MaxBytes)
        {
            return $"The key '{shown}' is longer than {MaxBytes} bytes: name a resource of the SDS server.";
        }

        if (key == Everything)
        {
            return "The key '*' asks an SDS server for everything: name one resource.";
        }

        return reference.Property is null && reference.Version is null && reference.Parameters.IsEmpty
            ? null
            : $"The reference '{shown}' has a property, a version or parameters, which SDS does not know: remove them.";
    }

    private static bool IsText(ReadOnlySpan<char> key)
    {
        while (!key.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(key, out var rune, out var length) != OperationStatus.Done || Rune.IsControl(rune))
            {
                return false;
            }

            key = key[length..];
        }

        return true;
    }
}
