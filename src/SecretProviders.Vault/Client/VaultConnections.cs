using System.Net;

namespace SecretProviders.Vault.Client;

/// <summary>
/// The connections to all addresses. They can be replaced as a whole, so that what follows shows the client certificate
/// of now; what is under way on the old ones ends there.
/// </summary>
internal sealed class VaultConnections : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StoreConnector _connector;
    private Generation _current;
    private bool _disposed;

    public VaultConnections(StoreConnector connector)
    {
        _connector = connector;
        _current = new Generation(connector);
    }

    /// <summary>Sends a request; the caller disposes the answer, and then the lease.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <param name="lease">Keeps the connection until the answer is read.</param>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, out IDisposable lease, CancellationToken cancellationToken)
    {
        Generation generation;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            generation = _current;
            generation.Enter();
        }

        lease = generation;
        return generation.Invoker.SendAsync(request, cancellationToken);
    }

    /// <summary>Lets what follows use new connections.</summary>
    public void Replace()
    {
        Generation old;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            old = _current;
            _current = new Generation(_connector);
        }

        old.Dispose();
    }

    /// <summary>Closes the connections that nothing is under way on, and the others with the end of that.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _current.Dispose();
    }

    // Counts its owner and each request under way; the last one out closes the connections.
    private sealed class Generation : IDisposable
    {
        private int _users = 1;

        public Generation(StoreConnector connector) => Invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = connector.ConnectAsync,
            EnableMultipleHttp2Connections = true,

            // Of HTTP/2 a connection outlives the questions that go unanswered on it: one that leads nowhere must be found out.
            KeepAlivePingDelay = TimeSpan.FromSeconds(2),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(2),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            UseProxy = false,
        });

        public HttpMessageInvoker Invoker { get; }

        public void Enter() => Interlocked.Increment(ref _users);

        public void Dispose()
        {
            if (Interlocked.Decrement(ref _users) == 0)
            {
                Invoker.Dispose();
            }
        }
    }
}
