using System.Text;

namespace SecretProviders.Host.Tests;

/// <summary>Writes to a device that is full.</summary>
internal sealed class FullWriter : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => throw new IOException("No space left on device");

    public override void Flush() => throw new IOException("No space left on device");
}
