using Google.Protobuf;
using SecretProviders.Xds.Outside;

namespace SecretProviders.SdsFile;

/// <summary>Reads files and environment variables that a resource refers to.</summary>
/// <param name="allowEnvironment">Whether variables may be read: the environment of a server often holds other people's secrets.</param>
/// <param name="maxBytes">The size of the largest file.</param>
internal sealed class OutsideData(bool allowEnvironment, int maxBytes)
{
    /// <inheritdoc cref="OutsideFile.Read"/>
    public ByteString File(string path) => UnsafeByteOperations.UnsafeWrap(OutsideFile.Read(path, maxBytes).Memory);

    /// <exception cref="ResourceFormatException">Variables may not be read, or it is not set.</exception>
    public string Variable(string name, int line) => !allowEnvironment
        ? throw new ResourceFormatException(line, "data come from an environment variable, which is not allowed; set allowEnvironment, or write them to a file")
        : Environment.GetEnvironmentVariable(name) ?? throw new ResourceFormatException(line, $"the environment variable '{name}' is not set");
}
