using SecretProviders.Watching;

namespace SecretProviders.Kubernetes.Configuration;

/// <summary>Reads the small files of a configuration.</summary>
internal static class SecretFile
{
    private const int Largest = 1024 * 1024;

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="SecretSourceException">It is not there, may not be read, or is no small file.</exception>
    public static SensitiveBytes Read(string path)
    {
        try
        {
            return RegularFile.Read(path, Largest);
        }
        catch (SecretSourceException exception)
        {
            throw new SecretSourceException(SecretErrorCode.Unreachable, exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SecretSourceException(SecretErrorCode.Unreachable, $"'{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
