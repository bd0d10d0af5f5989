using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using SecretProviders.Xds.Protos.Health;

namespace SecretProviders.Xds.Grpc;

/// <summary>
/// Calls a gRPC server over HTTP/2: on a Unix socket, in cleartext, or with TLS. Connects when needed and again after
/// a loss; waiting between attempts is the caller's business. Safe for use by any number of threads.
/// </summary>
internal sealed class GrpcChannel : IDisposable
{
    // Any server answers it, be it by saying that it does not know the method.
    private static readonly GrpcMethod<HealthCheckRequest, HealthCheckResponse> Check = new("grpc.health.v1.Health", "Check", HealthCheckResponse.Parser);

    private readonly HttpMessageInvoker _invoker;
    private readonly GrpcAddress _address;
    private readonly GrpcChannelOptions _options;
    private readonly GrpcConnections _connections = new();

    public GrpcChannel(string address, GrpcChannelOptions? options = null)
    {
        _options = options ?? new GrpcChannelOptions();
        _address = GrpcAddress.Parse(address);

        // Not HttpClient: its time-out ends a stream that is silent before the headers come.
        _invoker = new HttpMessageInvoker(MakeHandler(_address, _options, _connections));
    }

    /// <summary>
    /// Completes when there is a connection on which the server has spoken HTTP/2. A connection that merely stands
    /// proves nothing: the kernel accepts it for a process that hangs.
    /// </summary>
    public Task Connected => _connections.Connected;

    /// <summary>Starts a call of any shape.</summary>
    /// <param name="method">The method.</param>
    /// <param name="timeout">The time after which both sides give up, or null for none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public GrpcCall<TRequest, TResponse> Start<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        where TRequest : IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address.BaseUri, method.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        request.Headers.TryAddWithoutValidation(GrpcNames.AcceptEncoding, GrpcNames.AcceptedEncodings);
        if (timeout is { } limit)
        {
            request.Headers.TryAddWithoutValidation(GrpcNames.Timeout, GrpcTimeout.Format(limit));
        }

        foreach (var (name, value) in _options.Metadata)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return new GrpcCall<TRequest, TResponse>(_invoker, request, method.Responses, _options, timeout, cancellationToken);
    }

    /// <summary>Sends one message and takes one.</summary>
    /// <exception cref="GrpcException">The call ended with another status than OK.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method, TRequest request, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
        where TRequest : IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var call = Start(method, timeout, cancellationToken);
        await using var end = call.ConfigureAwait(false);

        // A failed write says nothing: the status is on the reading side.
        await call.WriteAsync(request).ConfigureAwait(false);
        call.CompleteRequests();
        var response = await call.ReadAsync().ConfigureAwait(false)
            ?? throw new GrpcException(GrpcStatusCode.Internal, "The call ended with OK but without a response.");
        return await call.ReadAsync().ConfigureAwait(false) is null
            ? response
            : throw new GrpcException(GrpcStatusCode.Internal, "The server sent more than one response to a call that has one.");
    }

    /// <summary>
    /// Finds out whether the server answers at all. One that does not is cut off: every call on its connections ends, and the
    /// next call connects anew. This is no HTTP/2 ping, of which servers of gRPC's own libraries bear few.
    /// </summary>
    /// <param name="timeout">How long its answer may take.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="GrpcException">It does not, or the connection is lost.</exception>
    public async Task ProbeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(Check, new HealthCheckRequest(), timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (GrpcException exception) when (exception.InnerException is null || exception.GetBaseException() is HttpProtocolException)
        {
            // An answer, whatever it says: a status, or the reset of this one call.
        }
        catch (GrpcException exception) when (exception.Status.Code == GrpcStatusCode.DeadlineExceeded)
        {
            _connections.Cut();
            throw GrpcException.NoAnswer($"it is connected but has answered nothing within {timeout}: it hangs.");
        }
    }

    public void Dispose() => _invoker.Dispose();

    private static SocketsHttpHandler MakeHandler(GrpcAddress address, GrpcChannelOptions options, GrpcConnections connections)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ConnectTimeout,

            // Otherwise the stream after the server's limit hangs in silence.
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            UseCookies = false,
            UseProxy = false,
            PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new GrpcConnection(context.PlaintextStream, connections)),
        };
        if (options.Tls is { } tls)
        {
            handler.SslOptions = tls;
        }

        if (options.KeepAlive is { } keepAlive)
        {
            handler.KeepAlivePingDelay = keepAlive;
            handler.KeepAlivePingTimeout = keepAlive;
            handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        }

        if (options.Connect is { } connect)
        {
            handler.ConnectCallback = connect;
        }
        else if (address.SocketPath is { } path)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken);
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
