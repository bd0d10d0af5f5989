using SecretProviders.Xds.Grpc;

namespace SecretProviders.Sds;

/// <summary>A server and the channel to it, which all streams share.</summary>
/// <param name="Address">The address as it was configured.</param>
/// <param name="Channel">The channel.</param>
internal sealed record UpstreamServer(string Address, GrpcChannel Channel) : IDisposable
{
    public void Dispose() => Channel.Dispose();
}
