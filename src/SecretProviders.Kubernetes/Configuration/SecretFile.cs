using System.Security.Cryptography;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>Reads the small files of a configuration.</summary>
internal static class SecretFile
{
    private const int Largest = 1024 * 1024;
    private const int Growth = 4096;

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="SecretSourceException">It is not there, may not be read, or is no small file.</exception>
    public static SensitiveBytes Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (file.Length > Largest)
            {
                throw new SecretSourceException(SecretErrorCode.Unreachable, $"'{path}' has more than {Largest} bytes: name the right file.");
            }

            // What grows by more while it is read is read again, since it is not sound.
            var bytes = new byte[file.Length + Growth];
            try
            {
                var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                return SensitiveBytes.Copy(bytes.AsSpan(0, read));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SecretSourceException(SecretErrorCode.Unreachable, $"'{path}' cannot be read: {exception.Message} Create it, mount it, or correct the path.", exception);
        }
    }
}
