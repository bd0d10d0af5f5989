using System.Globalization;
using System.Text;

namespace SecretProviders.Vault.Client;

/// <summary>Turns a key into a path that cannot lead anywhere else. Pure.</summary>
internal static class VaultPath
{
    private const int LongestKey = 1024;

    /// <summary>Escapes each segment of a key.</summary>
    /// <param name="key">The API path without <c>/v1</c>.</param>
    /// <param name="path">The escaped path.</param>
    /// <returns>What is wrong with the key, or null.</returns>
    public static SecretProblem? TryEscape(string key, out string path)
    {
        path = string.Empty;
        if (key.Length > LongestKey)
        {
            return Bad("A Vault key", $"has more than {LongestKey} characters: write the API path of one secret.");
        }

        if (!IsPrintable(key))
        {
            return Bad("A Vault key", "has control, format or broken characters: write the API path of one secret.");
        }

        var segments = key.Split('/');
        if (Array.Exists(segments, static segment => segment is "" or "." or ".."))
        {
            return Bad($"The Vault key '{key}'", "has an empty, '.' or '..' segment: write the API path without /v1, such as secret/data/web; a folder is no secret.");
        }

        // Answers of these hold our own token, or change the server; no secret lies there.
        if (segments[0] is "sys" or "auth" or "v1" || IsServersOwn(segments))
        {
            return Bad($"The Vault key '{key}'", "is no path of a secrets engine, but of the server itself or with /v1: write the API path of a secret without /v1, such as secret/data/web.");
        }

        path = string.Join('/', segments.Select(Uri.EscapeDataString));
        return null;
    }

    /// <summary>Escapes the mount of a login method, which the validator has judged.</summary>
    /// <param name="mount">The mount, without <c>auth/</c>.</param>
    public static string EscapeMount(string mount) => string.Join('/', mount.Trim('/').Split('/').Select(Uri.EscapeDataString));

    /// <summary>Says whether a text has only characters that can be seen.</summary>
    public static bool IsPrintable(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return false;
            }
        }

        return true;
    }

    // Before them may stand a namespace, which some servers take from the path. Behind the segment of KV version 2 all are names.
    private static bool IsServersOwn(ReadOnlySpan<string> segments)
    {
        for (var i = 1; i < segments.Length && segments[i] is not ("data" or "metadata"); i++)
        {
            if (segments[i..] is ["sys", _, ..] or ["auth", "token", _, ..])
            {
                return true;
            }
        }

        return false;
    }

    private static SecretProblem Bad(string what, string why) => new(SecretProblemCode.BadName, $"{what} {why}");
}
