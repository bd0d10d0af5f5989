using System.Buffers;

namespace SecretProviders.Xds;

/// <summary>
/// One response as protobuf bytes: <c>DiscoveryResponse</c> or <c>DeltaDiscoveryResponse</c>. The secret inside was
/// encoded once and is shared with all other streams; writing copies it straight to the transport.
/// </summary>
public abstract class SecretDiscoveryResponse
{
    private protected SecretDiscoveryResponse()
    {
    }

    /// <summary>Gets the length of the message in bytes.</summary>
    public abstract int Length { get; }

    /// <summary>Writes the message, <see cref="Length"/> bytes. May be called more than once.</summary>
    /// <param name="writer">Takes the bytes; what it buffers holds private material.</param>
    public abstract void WriteTo(IBufferWriter<byte> writer);
}
