using System.Buffers;

namespace SecretProviders.Xds.Sds;

/// <summary>Reads the requests of one variant of the protocol into the table of a stream.</summary>
internal interface IDiscoveryProtocol
{
    /// <summary>Reads one request.</summary>
    /// <exception cref="SecretDiscoveryException">The request ends the stream.</exception>
    StreamChange Receive(ReadOnlySequence<byte> request);
}
