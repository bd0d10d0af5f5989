using System.Net;

namespace SecretProviders.Host.Configuration;

/// <summary>One place to listen at.</summary>
/// <param name="Place">Where it is written.</param>
internal abstract record ListenerConfiguration(Place Place)
{
    /// <summary>A Unix socket.</summary>
    /// <param name="Place">Where it is written.</param>
    /// <param name="Path">The socket's path.</param>
    /// <param name="Mode">Who may connect.</param>
    /// <param name="Group">The number of the group that owns the socket, or null.</param>
    public sealed record UnixSocket(Place Place, string Path, UnixFileMode Mode, uint? Group) : ListenerConfiguration(Place)
    {
        /// <inheritdoc/>
        public override string ToString() => $"unix:{Path}";
    }

    /// <summary>A TCP address.</summary>
    /// <param name="Place">Where it is written.</param>
    /// <param name="EndPoint">The address and port; port 0 takes a free one.</param>
    /// <param name="Tls">How TLS is done, or null for plaintext.</param>
    public sealed record Tcp(Place Place, IPEndPoint EndPoint, ListenerTls? Tls = null) : ListenerConfiguration(Place)
    {
        /// <summary>Gets a value indicating whether only this machine can connect.</summary>
        public bool IsLoopback => IPAddress.IsLoopback(EndPoint.Address);

        /// <inheritdoc/>
        public override string ToString() => EndPoint.ToString();
    }
}
