using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace SecretProviders.AspNetCore.Peers;

/// <summary>Names who is at the other end of a connection, by what cannot be claimed: the unit of limits and of log lines.</summary>
internal static class PeerName
{
    private const string Unknown = "an unknown peer";

    /// <summary>Names the peer of a connection: a user of this machine, else an address.</summary>
    public static string Of(BaseConnectionContext connection) =>
        Of(connection.Features.Get<IConnectionSocketFeature>()?.Socket, (connection.RemoteEndPoint as IPEndPoint)?.Address);

    /// <summary>Names the peer of a request.</summary>
    public static string Of(HttpContext context) =>
        Of(context.Features.Get<IConnectionSocketFeature>()?.Socket, context.Connection.RemoteIpAddress);

    private static string Of(Socket? socket, IPAddress? address)
    {
        if (PeerCredentials.Of(socket) is { } credentials)
        {
            return $"uid {credentials.UserId}";
        }

        return (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? Unknown;
    }
}
