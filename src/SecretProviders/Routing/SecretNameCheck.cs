using System.Text;

namespace SecretProviders.Routing;

/// <summary>Judges names before any source hears of them.</summary>
internal static class SecretNameCheck
{
    /// <summary>The longest name in UTF-8 bytes.</summary>
    public const int MaxBytes = 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns what is wrong with a name, or null. Never repeats the name, which may be hostile.</summary>
    public static SecretProblem? Check(string name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return Bad("The name is empty.");
        }

        // Counting characters first: a name of megabytes is refused without encoding it.
        if (name.Length > MaxBytes || ByteCount(name) is not (>= 0 and <= MaxBytes))
        {
            return Bad($"The name is longer than {MaxBytes} bytes or not Unicode text.");
        }

        foreach (var character in name)
        {
            if (char.IsControl(character))
            {
                return Bad("The name holds control characters.");
            }
        }

        return null;
    }

    /// <summary>Tells whether a segment of a path is <c>.</c> or <c>..</c>.</summary>
    public static bool HoldsDots(ReadOnlySpan<char> path)
    {
        foreach (var segment in path.Split('/'))
        {
            if (IsDots(path[segment]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDots(ReadOnlySpan<char> segment) => segment is "." or "..";

    private static int ByteCount(string name)
    {
        try
        {
            return StrictUtf8.GetByteCount(name);
        }
        catch (EncoderFallbackException)
        {
            return -1;
        }
    }

    private static SecretProblem Bad(string message) => new(SecretProblemCode.BadName, message);
}
