using System.Net.Sockets;

namespace SecretProviders.AspNetCore.Peers;

/// <summary>Which process is at the other end of a Unix socket, as the kernel noted at connect time.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="UserId">Its user.</param>
/// <param name="GroupId">Its group.</param>
internal readonly record struct PeerCredentials(int ProcessId, uint UserId, uint GroupId)
{
    private const int SocketLevel = 1;
    private const int PeerCredentialsOption = 17;
    private const int Length = 12;

    /// <summary>Reads the credentials (unix(7), SO_PEERCRED: pid, uid, gid); null for other sockets and systems.</summary>
    public static PeerCredentials? Of(Socket? socket)
    {
        if (!OperatingSystem.IsLinux() || socket is not { AddressFamily: AddressFamily.Unix })
        {
            return null;
        }

        Span<byte> credentials = stackalloc byte[Length];
        try
        {
            if (socket.GetRawSocketOption(SocketLevel, PeerCredentialsOption, credentials) != Length)
            {
                return null;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return null;
        }

        // The kernel writes native integers.
        return new PeerCredentials(
            BitConverter.ToInt32(credentials), BitConverter.ToUInt32(credentials[sizeof(int)..]), BitConverter.ToUInt32(credentials[(2 * sizeof(int))..]));
    }
}
