using System.Net.Sockets;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Workload;

namespace SecretProviders.Spiffe;

/// <summary>The Workload API as its client sees it: one connection, two methods, and what its status codes mean.</summary>
internal sealed class WorkloadApi : IDisposable
{
    /// <summary>Streams the SVIDs of this process, each message all of them.</summary>
    public static readonly GrpcMethod<X509SVIDRequest, X509SVIDResponse> FetchX509Svid = new(Service, "FetchX509SVID", X509SVIDResponse.Parser);

    /// <summary>Streams the bundles that this process may know, each message all of them.</summary>
    public static readonly GrpcMethod<X509BundlesRequest, X509BundlesResponse> FetchX509Bundles = new(Service, "FetchX509Bundles", X509BundlesResponse.Parser);

    private const string Service = "SpiffeWorkloadAPI";

    // Told not to ask again (SPIFFE Workload Endpoint, section 6), but an agent may be replaced by one that knows better.
    private static readonly TimeSpan Hopeless = TimeSpan.FromHours(1);
    private readonly string _socket;

    /// <summary>Makes a client; nothing is connected yet.</summary>
    /// <param name="socket">Where the API is.</param>
    /// <param name="timeout">How long a message may take from its first byte to its last.</param>
    /// <param name="timeProvider">The clock.</param>
    public WorkloadApi(string socket, TimeSpan timeout, TimeProvider timeProvider)
    {
        _socket = socket;
        Channel = SpiffeSocket.TryParse(socket, out var address, out var problem)
            ? new GrpcChannel(address, new GrpcChannelOptions
            {
                // Without it every request is refused, so that forged requests cannot pass (section 3).
                Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["workload.spiffe.io"] = "true" },
                MessageTimeout = timeout,
                TimeProvider = timeProvider,
            })
            : throw new ArgumentException(problem, nameof(socket));
    }

    public GrpcChannel Channel { get; }

    /// <summary>Turns the failure of a call into what a source says of it.</summary>
    public SecretSourceException Translate(GrpcException failure) => failure.Status.Code switch
    {
        GrpcStatusCode.PermissionDenied or GrpcStatusCode.Unauthenticated => new(
            SecretErrorCode.Denied,
            $"The Workload API at {_socket} knows no identity for this process ({failure.Status.Message}); register one whose selectors match it.",
            failure),
        GrpcStatusCode.InvalidArgument or GrpcStatusCode.Unimplemented => new(
            SecretErrorCode.Unreachable,
            $"What listens at {_socket} does not speak the Workload API ({failure.Status}); correct the socket, or the proxy before it.",
            failure)
        { RetryAfter = Hopeless },
        GrpcStatusCode.ResourceExhausted => new(SecretErrorCode.Throttled, $"The Workload API at {_socket}: {failure.Status}", failure),
        _ => Translate((failure.GetBaseException() as SocketException)?.SocketErrorCode, failure),
    };

    public void Dispose() => Channel.Dispose();

    private SecretSourceException Translate(SocketError? error, GrpcException failure) => error switch
    {
        // What POSIX calls "no such file" comes as this.
        SocketError.AddressNotAvailable => new(SecretErrorCode.Unreachable, $"There is no socket at {_socket}; start the agent, or mount its folder.", failure),
        SocketError.ConnectionRefused => new(SecretErrorCode.Unreachable, $"Nobody listens at {_socket}: the agent is down, or this is no socket.", failure),
        SocketError.AccessDenied => new(SecretErrorCode.Denied, $"This process may not open {_socket}; let its user write to the socket.", failure),
        _ => new(SecretErrorCode.Unavailable, $"The Workload API at {_socket}: {failure.Status}", failure),
    };
}
