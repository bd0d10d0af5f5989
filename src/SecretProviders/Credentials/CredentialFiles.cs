namespace SecretProviders.Credentials;

/// <summary>Credentials that lie in files.</summary>
internal static class CredentialFiles
{
    private const string Certificate = "tls.crt";
    private const string Key = "tls.key";
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a text without the white space behind it.</summary>
    /// <exception cref="SecretSourceException">The file cannot be read, or holds nothing.</exception>
    public static async ValueTask<SensitiveBytes> ReadTextAsync(SecretCredential credential, string source, CancellationToken cancellationToken)
    {
        var text = Trim(await ReadFileAsync(credential.Path!, source, cancellationToken).ConfigureAwait(false));
        return text.Length > 0
            ? text
            : throw new SecretSourceException(SecretErrorCode.Unavailable, $"The credential of source '{source}', file '{credential.Path}', is empty; write it there.");
    }

    /// <summary>Reads a certificate or trust.</summary>
    /// <exception cref="SecretSourceException">The file cannot be read, or is not sound.</exception>
    public static async ValueTask<Secret> ReadAsync(SecretCredential credential, SecretKind kind, string source, CancellationToken cancellationToken)
    {
        var state = SecretDecoder.Decode(await ReadFieldsAsync(credential, source, cancellationToken).ConfigureAwait(false), kind);
        return state switch
        {
            SecretState.Found found => found.Secret,
            SecretState.Invalid invalid => throw new SecretSourceException(
                SecretErrorCode.Unavailable, $"The credential of source '{source}' is not sound: {invalid.Problem}"),
            _ => throw new InvalidOperationException($"The decoder answered {state.GetType().Name}."),
        };
    }

    private static async ValueTask<SecretFields> ReadFieldsAsync(SecretCredential credential, string source, CancellationToken cancellationToken)
    {
        var path = credential.Path!;
        var (certificate, key) = Directory.Exists(path) ? (Path.Combine(path, Certificate), Path.Combine(path, Key)) : (path, credential.KeyPath);
        var first = await ReadFileAsync(certificate, source, cancellationToken).ConfigureAwait(false);
        return key is null
            ? SecretFields.Single(first, certificate)
            : new SecretFields(
                [
                    KeyValuePair.Create(Certificate, first),
                    KeyValuePair.Create(Key, await ReadFileAsync(key, source, cancellationToken).ConfigureAwait(false)),
                ],
                path);
    }

    private static async ValueTask<SensitiveBytes> ReadFileAsync(string path, string source, CancellationToken cancellationToken)
    {
        try
        {
            using var file = File.OpenHandle(path, options: FileOptions.Asynchronous);
            var length = RandomAccess.GetLength(file);
            if (length > MaxBytes)
            {
                throw new SecretSourceException(
                    SecretErrorCode.Unavailable, $"The credential of source '{source}', file '{path}', has {length} bytes, but {MaxBytes} are allowed; name the right file.");
            }

            var bytes = SensitiveBytes.Create((int)length, 0, static (_, _) => { });
            var read = 0;
            while (read < bytes.Length)
            {
                var count = await RandomAccess.ReadAsync(file, bytes.Memory[read..], read, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                read += count;
            }

            // Cut short while it was read: the bytes beyond were never written.
            return read == bytes.Length ? bytes : SensitiveBytes.Copy(bytes.GetSpan()[..read]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
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
