using SecretProviders;
using SecretProviders.Xds;

namespace Snippets;

internal static class Xds
{
    public static async Task RunAsync(ISecretProvider provider, string connectionId, System.Buffers.ReadOnlySequence<byte> requestBytes, System.Buffers.IBufferWriter<byte> bufferWriter, CancellationToken cancellationToken)
    {
        await using var session = new SecretDiscoverySession(provider, new SecretConsumer(connectionId), SecretDiscoveryProtocol.StateOfTheWorld);

        // For each message of the peer; throws SecretDiscoveryException with the status that ends the stream.
        session.Receive(requestBytes);

        // Beside it, one reader: each response is due now and carries the newest content.
        await foreach (var response in session.ReadResponsesAsync(cancellationToken))
        {
            response.WriteTo(bufferWriter);
        }
    }
}
