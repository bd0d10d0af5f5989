using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SecretProviders.AspNetCore.Sds;

/// <summary>Tells who is at the other end of a connection, by what the kernel and TLS vouch for.</summary>
internal static class PeerIdentity
{
    private static readonly object CacheKey = new();

    /// <summary>Gets the peer of a request; looked up once per connection.</summary>
    public static SecretConsumer Of(HttpContext context)
    {
        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(CacheKey, out var known) && known is SecretConsumer consumer)
        {
            return consumer;
        }

        consumer = Read(context);
        items?[CacheKey] = consumer;
        return consumer;
    }

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
