using System.Buffers;
using System.Text;

namespace SecretProviders.Xds.Mapping;

/// <summary>Judges the key of a reference that is the name of an SDS resource, which goes nowhere but into messages. Pure.</summary>
internal static class ResourceName
{
    private const int MaxBytes = 1024;
    private const int MaxShown = 200;
    private const string Everything = "*";

    /// <summary>Says what is wrong with a reference, or null.</summary>
    public static string? Fault(SecretReference reference)
    {
        var key = reference.Key;
        var shown = Shorten(key);
        if (key.Length == 0)
        {
            return "The key is empty: name an SDS resource.";
        }

        if (!IsText(key))
        {
            return "The key holds a control character or half a character: name an SDS resource.";
        }

        if (Encoding.UTF8.GetByteCount(key) > MaxBytes)
        {
            return $"The key '{shown}' is longer than {MaxBytes} bytes: name an SDS resource.";
        }

        if (key == Everything)
        {
            return "The key '*' asks for everything: name one SDS resource.";
        }

        return reference.Property is null && reference.Version is null && reference.Parameters.IsEmpty
            ? null
            : $"The reference '{shown}' has a property, a version or parameters, which SDS does not know: remove them.";
    }

    /// <summary>Shortens what somebody else wrote, for messages.</summary>
    public static string Shorten(string text) => text.Length <= MaxShown ? text : string.Concat(text.AsSpan(0, MaxShown), "…");

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
