using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SecretProviders;
using SecretProviders.AspNetCore;
using SecretProviders.AspNetCore.Kestrel;
using SecretProviders.AspNetCore.Peers;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Listeners and limits that suit the Secret Discovery Service (SDS).</summary>
public static class SecretDiscoveryKestrelExtensions
{
    // sun_path of unix(7), less the ending zero.
    private const int MaxSocketPathLength = 107;

    /// <summary>
    /// Listens on a Unix socket, HTTP/2 only. A socket file that a server left behind is removed when nobody answers
    /// on it; anything else at that path is an error at start. The mode is set before anybody can connect.
    /// </summary>
    /// <param name="options">Kestrel's options, within <c>ConfigureKestrel</c>.</param>
    /// <param name="socketPath">The absolute path of the socket.</param>
    /// <param name="mode">The socket's mode: who may write to it may connect. The default lets only the owner.</param>
    /// <param name="configure">Changes the listener, or null.</param>
    /// <exception cref="ArgumentException">The path is not absolute, or longer than a socket's path may be.</exception>
    public static KestrelServerOptions ListenSecretDiscovery(
        this KestrelServerOptions options,
        string socketPath,
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        Action<ListenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!Path.IsPathRooted(socketPath) || Encoding.UTF8.GetByteCount(socketPath) > MaxSocketPathLength)
        {
            throw new ArgumentException(
                $"The socket path '{socketPath}' must be absolute and have at most {MaxSocketPathLength} bytes.", nameof(socketPath));
        }

        var transport = options.ApplicationServices?.GetService<IOptions<SocketTransportOptions>>()?.Value
            ?? throw new InvalidOperationException("Call this within ConfigureKestrel of a host that uses Kestrel's socket transport.");
        transport.CreateBoundListenSocket = new UnixSocketBinding(socketPath, mode, transport.CreateBoundListenSocket).Bind;
        options.ListenUnixSocket(socketPath, listen => Prepare(listen, configure));
        return options;
    }

    /// <summary>
    /// Listens on an IP address, HTTP/2 only. Private keys travel in clear text unless <paramref name="configure"/>
    /// adds TLS: beyond the loopback interface, it should.
    /// </summary>
    /// <param name="options">Kestrel's options.</param>
    /// <param name="endPoint">The address and the port.</param>
    /// <param name="configure">Changes the listener, or null.</param>
    public static KestrelServerOptions ListenSecretDiscovery(this KestrelServerOptions options, IPEndPoint endPoint, Action<ListenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Listen(endPoint, listen => Prepare(listen, configure));
        return options;
    }

    /// <summary>
    /// Sets limits for long, silent streams: many streams per connection (Envoy opens one per secret), pings that
    /// notice a frozen peer, an end of connections without a call, and bounds for each peer and for all. The bounds
    /// hold for the listeners that <c>ListenSecretDiscovery</c> adds, the rest for the whole server.
    /// </summary>
    /// <param name="options">Kestrel's options.</param>
    /// <param name="configure">Changes limits, or null for the defaults.</param>
    /// <exception cref="SecretConfigurationException">A limit cannot be used.</exception>
    public static KestrelServerOptions UseSecretDiscoveryLimits(this KestrelServerOptions options, Action<SecretDiscoveryLimits>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var limits = new SecretDiscoveryLimits();
        configure?.Invoke(limits);
        SecretDiscoveryLimitsCheck.Require(limits);
        PeerTable.Of(options).Limits = limits;
        options.AddServerHeader = false;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.KeepAliveTimeout = limits.IdleTimeout;
        options.Limits.Http2.MaxStreamsPerConnection = limits.MaxStreamsPerConnection;
        options.Limits.Http2.KeepAlivePingDelay = limits.PingDelay;
        options.Limits.Http2.KeepAlivePingTimeout = limits.PingTimeout;
        return options;
    }

    private static void Prepare(ListenOptions listen, Action<ListenOptions>? configure)
    {
        // Without TLS there is no negotiation, and HTTP/1.1 beside HTTP/2 would refuse gRPC peers.
        listen.Protocols = HttpProtocols.Http2;

        // Before anything that the caller adds, so that a connection beyond the limits costs no handshake.
        var services = listen.ApplicationServices;
        var limit = new PeerLimit(
            PeerTable.Of(listen.KestrelServerOptions),
            new PeerCauses(services.GetService<TimeProvider>() ?? TimeProvider.System),
            services.GetRequiredService<ILogger<PeerLimit>>());
        listen.Use(next => connection => limit.RunAsync(connection, next));
        configure?.Invoke(listen);
    }
}
