using Google.Protobuf;

namespace SecretProviders.SdsFile;

/// <summary>Reads files and environment variables that a resource refers to.</summary>
/// <param name="allowEnvironment">Whether variables may be read: the environment of a server often holds other people's secrets.</param>
/// <param name="maxBytes">The size of the largest file.</param>
internal sealed class OutsideData(bool allowEnvironment, int maxBytes)
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="SecretSourceException">It may not be read, or is too large.</exception>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public ByteString File(string path)
    {
        try
        {
            return UnsafeByteOperations.UnsafeWrap(ReadAll(path, maxBytes));
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new FileNotFoundException(exception.Message, path, exception);
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

    /// <exception cref="ResourceFormatException">Variables may not be read, or it is not set.</exception>
    public string Variable(string name, int line) => !allowEnvironment
        ? throw new ResourceFormatException(line, "data come from an environment variable, which is not allowed; set allowEnvironment, or write them to a file")
        : Environment.GetEnvironmentVariable(name) ?? throw new ResourceFormatException(line, $"the environment variable '{name}' is not set");

    /// <summary>Reads a whole file, if it is not too large.</summary>
    public static byte[] ReadAll(string path, int maxBytes)
    {
        using var handle = System.IO.File.OpenHandle(path);
        var length = RandomAccess.GetLength(handle);
        if (length > maxBytes)
        {
            throw new SecretSourceException(SecretErrorCode.Invalid, $"The file '{path}' has {length} bytes, but {maxBytes} are allowed: name the right file.");
        }

        var bytes = new byte[length];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(read), read) is > 0 and var more)
        {
            read += more;
        }

        return read == bytes.Length ? bytes : bytes[..read];
    }
}
