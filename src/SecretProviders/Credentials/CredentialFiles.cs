using SecretProviders.Watching;

namespace SecretProviders.Credentials;

/// <summary>Credentials that lie in files.</summary>
internal static class CredentialFiles
{
    private const string Certificate = "tls.crt";
    private const string Key = "tls.key";
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a text without the white space behind it.</summary>
    /// <exception cref="SecretSourceException">The file cannot be read, or holds nothing.</exception>
    public static SensitiveBytes ReadText(SecretCredential credential, string source)
    {
        var text = Trim(ReadFile(credential.Path!, source));
        return text.Length > 0
            ? text
            : throw new SecretSourceException(SecretErrorCode.Unavailable, $"The credential of source '{source}', file '{credential.Path}', is empty; write it there.");
    }

    /// <summary>Reads a certificate or trust.</summary>
    /// <exception cref="SecretSourceException">The file cannot be read, or is not sound.</exception>
    public static Secret Read(SecretCredential credential, SecretKind kind, string source)
    {
        var state = SecretDecoder.Decode(ReadFields(credential, source), kind);
        return state switch
        {
            SecretState.Found found => found.Secret,
            SecretState.Invalid invalid => throw new SecretSourceException(
                SecretErrorCode.Unavailable, $"The credential of source '{source}' is not sound: {invalid.Problem}"),
            _ => throw new InvalidOperationException($"The decoder answered {state.GetType().Name}."),
        };
    }

    private static SecretFields ReadFields(SecretCredential credential, string source)
    {
        var path = credential.Path!;
        var (certificate, key) = Directory.Exists(path) ? (Path.Combine(path, Certificate), Path.Combine(path, Key)) : (path, credential.KeyPath);
        var first = ReadFile(certificate, source);
        return key is null
            ? SecretFields.Single(first, certificate)
            : new SecretFields(
                [
                    KeyValuePair.Create(Certificate, first),
                    KeyValuePair.Create(Key, ReadFile(key, source)),
                ],
                path);
    }

    private static SensitiveBytes ReadFile(string path, string source)
    {
        try
        {
            return RegularFile.Read(path, MaxBytes);
        }
        catch (SecretSourceException exception)
        {
            throw new SecretSourceException(SecretErrorCode.Unavailable, $"The credential of source '{source}': {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SecretSourceException(
                SecretErrorCode.Unavailable, $"The credential of source '{source}', file '{path}', cannot be read: {exception.Message}", exception);
        }
    }

    private static SensitiveBytes Trim(SensitiveBytes bytes)
    {
        var trimmed = bytes.GetSpan().TrimEnd(" \t\r\n"u8);
        var result = trimmed.Length == bytes.Length ? bytes : SensitiveBytes.Copy(trimmed);
        GC.KeepAlive(bytes);
        return result;
    }
}
