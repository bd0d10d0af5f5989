using SecretProviders.Watching;

namespace SecretProviders.Xds.Outside;

/// <summary>Reads a file that a resource refers to.</summary>
internal static class OutsideFile
{
    /// <summary>Reads a file, into memory that is wiped when nobody holds it any more.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="maxBytes">The greatest size.</param>
    /// <exception cref="SecretSourceException">It may not be read, is no regular file, or is too large.</exception>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public static SensitiveBytes Read(string path, int maxBytes)
    {
        try
        {
            return RegularFile.Read(path, maxBytes);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new SecretSourceException(SecretErrorCode.Denied, $"The file '{path}' may not be read: let this process read it.", exception);
        }
        catch (IOException exception) when (exception is not FileNotFoundException)
        {
            throw new SecretSourceException(SecretErrorCode.Unavailable, $"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
