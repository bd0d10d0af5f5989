using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Sds;

/// <summary>What the end of a stream says about what was asked on it. Pure.</summary>
internal static class StreamFailure
{
    private const int RefusedStream = 7;

    /// <summary>
    /// Tells a server that refuses what it was asked from one that cannot answer just now. SPIRE ends a stream with
    /// InvalidArgument for one name that the workload may not have.
    /// </summary>
    public static bool IsRefusal(GrpcStatusCode code) =>
        code is GrpcStatusCode.InvalidArgument or GrpcStatusCode.PermissionDenied or GrpcStatusCode.Unauthenticated or GrpcStatusCode.NotFound;

    /// <summary>
    /// Tells a server whose own code has failed, maybe at a single name, from one that is out of reach.
    /// Istio's agent ends a stream with Unknown for one secret that it cannot make; a server of ours with ResourceExhausted for
    /// one name more than a client may have.
    /// </summary>
    public static bool IsFault(GrpcException cause) => cause.InnerException is null && cause.Status.Code
        is GrpcStatusCode.Unknown or GrpcStatusCode.FailedPrecondition or GrpcStatusCode.Internal or GrpcStatusCode.Aborted
        or GrpcStatusCode.OutOfRange or GrpcStatusCode.AlreadyExists or GrpcStatusCode.DataLoss or GrpcStatusCode.ResourceExhausted;

    /// <summary>Tells a stream that the server has not even looked at, since its connection has as many as it may (REFUSED_STREAM, RFC 9113, section 8.7).</summary>
    public static bool IsTurnedAway(GrpcException cause) => cause.GetBaseException() is HttpProtocolException { ErrorCode: RefusedStream };

    /// <summary>
    /// Gets what a refusal says about the one name that was asked for. The end of a stream takes back nothing that was
    /// found: what is not found then may as well be the node.
    /// </summary>
    public static SecretState Refusal(GrpcException cause, string name, bool isHeld, string server) => cause.Status.Code == GrpcStatusCode.NotFound && !isHeld
        ? new SecretState.NotFound()
        : new SecretState.Denied(
            $"The SDS server at {server} refuses '{name}' ({Text(cause)}): let it serve this name to this client, or route the name to another source.");

    /// <summary>Gets what another end says about everything that was asked for.</summary>
    public static SecretSourceException Outage(GrpcException cause, string server)
    {
        if (cause.InnerException is { } inner)
        {
            return StoreConnector.Explain(inner, $"The SDS server at {server}");
        }

        return cause.Status.Code switch
        {
            GrpcStatusCode.Unimplemented => new SecretSourceException(
                SecretErrorCode.Unreachable, $"The server at {server} does not speak this variant of SDS ({Text(cause)}): change 'delta', or correct the address.", cause),
            GrpcStatusCode.ResourceExhausted => new SecretSourceException(
                SecretErrorCode.Throttled, $"The SDS server at {server} has reached a limit: {Text(cause)}", cause),
            _ => new SecretSourceException(SecretErrorCode.Unavailable, $"The SDS server at {server} ended the stream: {Text(cause)}", cause),
        };
    }

    private static string Text(GrpcException cause) => ResourceName.Shorten(cause.Status.ToString());
}
