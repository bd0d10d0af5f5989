using System.Net.Security;

namespace SecretProviders.Xds.Grpc;

/// <summary>Settings of a channel.</summary>
internal sealed class GrpcChannelOptions
{
    /// <summary>Gets or sets the size of the largest response.</summary>
    public int MaxMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Gets or sets how long the rest of a response may take once it has begun, or null for any time.</summary>
    public TimeSpan? MessageTimeout { get; set; }

    /// <summary>Gets or sets how long a connection may take to come about.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets the time of silence after which a peer is pinged, or null for never. A peer built on gRPC's C core
    /// takes more than one ping in five minutes as abuse and ends the connection.
    /// </summary>
    public TimeSpan? KeepAlive { get; set; }

    /// <summary>Gets or sets how TLS is done with an <c>https</c> address, or null for the platform's ways.</summary>
    public SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>Gets or sets what makes connections, or null for the channel's own ways; for <c>https</c> it must do TLS as well.</summary>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? Connect { get; set; }

    /// <summary>Gets or sets metadata sent with every call.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets the clock of deadlines.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
