using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SecretProviders.AspNetCore.Sds;

/// <summary>Tells who is at the other end of a connection, by what the kernel and TLS vouch for.</summary>
internal static class PeerIdentity
{
    // Beside the connection and not among its items: those are a plain dictionary, and the streams of a connection open
    // at the same time.
    private static readonly ConditionalWeakTable<IConnectionItemsFeature, SecretConsumer> Peers = [];

    /// <summary>Gets the peer of a request; looked up once per connection.</summary>
    public static SecretConsumer Of(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>() is { } connection
            ? Peers.GetValue(connection, _ => Read(context))
            : Read(context);

    private static SecretConsumer Read(HttpContext context)
    {
        var consumer = new SecretConsumer(context.Connection.Id)
        {
            TlsIdentity = context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate ? CertificateIdentity.Of(certificate) : null,
        };
        return context.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket && OperatingSystem.IsLinux()
            ? ReadCredentials(consumer, socket)
            : consumer;
    }

    /// <summary>Linux notes at connect time which process is at the other end (unix(7), SO_PEERCRED: pid, uid, gid).</summary>
    private static SecretConsumer ReadCredentials(SecretConsumer consumer, Socket socket)
    {
        const int SocketLevel = 1;
        const int PeerCredentials = 17;
        const int CredentialsLength = 12;
        Span<byte> credentials = stackalloc byte[CredentialsLength];
        try
        {
            if (socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) != CredentialsLength)
            {
                return consumer;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return consumer;
        }

        // The kernel writes native integers.
        return consumer with
        {
            ProcessId = BitConverter.ToInt32(credentials),
            UserId = BitConverter.ToUInt32(credentials[4..]),
            GroupId = BitConverter.ToUInt32(credentials[8..]),
        };
    }
}
