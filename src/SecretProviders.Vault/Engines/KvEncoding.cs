using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace SecretProviders.Vault.Engines;

/// <summary>JSON holds text only, so bytes lie in KV as base64; a reference says so by its parameter <c>encoding</c>. Pure.</summary>
internal static class KvEncoding
{
    /// <summary>The parameter of a reference.</summary>
    public const string Parameter = "encoding";

    private const string Base64Name = "base64";

    /// <summary>Judges a reference's parameters.</summary>
    /// <param name="reference">The reference.</param>
    /// <returns>What is wrong, or null.</returns>
    public static SecretProblem? Check(SecretReference reference)
    {
        foreach (var (name, value) in reference.Parameters)
        {
            if (name != Parameter || value != Base64Name)
            {
                return new SecretProblem(
                    SecretProblemCode.BadName, $"'{reference.Key}': a read of KV takes only the parameter {Parameter}: {Base64Name}, and not '{name}': remove it.");
            }
        }

        return null;
    }

    /// <summary>Says whether the values are base64.</summary>
    public static bool IsBase64(SecretReference reference) => reference.Parameters.ContainsKey(Parameter);

    /// <summary>Decodes every field.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="decoded">The fields, decoded.</param>
    /// <param name="broken">The name of the first field that is not base64.</param>
    public static bool TryDecode(
        List<KeyValuePair<string, SensitiveBytes>> fields, out List<KeyValuePair<string, SensitiveBytes>> decoded, out string? broken)
    {
        decoded = [];
        broken = null;
        foreach (var (name, value) in fields)
        {
            if (Decode(value.GetSpan()) is not { } bytes)
            {
                broken = name;
                return false;
            }

            decoded.Add(KeyValuePair.Create(name, bytes));
        }

        return true;
    }

    private static SensitiveBytes? Decode(ReadOnlySpan<byte> text)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(Base64.GetMaxDecodedFromUtf8Length(text.Length), pinned: true);
        try
        {
            return Base64.DecodeFromUtf8(text, buffer, out _, out var written) == OperationStatus.Done ? SensitiveBytes.Copy(buffer.AsSpan(0, written)) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
