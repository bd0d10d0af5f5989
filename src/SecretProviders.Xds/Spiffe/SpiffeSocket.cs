using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace SecretProviders.Spiffe;

/// <summary>Where the Workload API is (SPIFFE Workload Endpoint, section 4).</summary>
internal static class SpiffeSocket
{
    /// <summary>The variable that names the socket when no setting does.</summary>
    public const string Variable = "SPIFFE_ENDPOINT_SOCKET";

    private const string UnixScheme = "unix:";
    private const string TcpScheme = "tcp://";
    private const string Remedy = "write unix:///path/to/agent.sock or tcp://127.0.0.1:8000";

    // sun_path holds 108 bytes on Linux, the last of them zero.
    private const int LongestPath = 107;

    /// <summary>Turns a socket's URI into the address of a channel.</summary>
    /// <param name="socket">The URI.</param>
    /// <param name="address">The address.</param>
    /// <param name="problem">The rule that the URI breaks.</param>
    public static bool TryParse(string socket, [NotNullWhen(true)] out string? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        problem = socket.StartsWith(UnixScheme, StringComparison.Ordinal) ? ParseUnix(socket, out address)
            : socket.StartsWith(TcpScheme, StringComparison.Ordinal) ? ParseTcp(socket, out address)
            : $"'{socket}' is neither a Unix socket nor a TCP address: {Remedy}";
        return problem is null;
    }

    private static string? ParseUnix(string socket, out string? address)
    {
        address = null;
        var path = socket[UnixScheme.Length..];
        path = path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path;
        if (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal) || path.EndsWith('/') || path.AsSpan().ContainsAny('?', '#', '\0'))
        {
            return $"'{socket}' names no absolute path of a socket: {Remedy}";
        }

        if (Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            return $"'{socket}' is longer than the {LongestPath} bytes that the path of a socket may have: mount the socket nearer to the root";
        }

        address = UnixScheme + path;
        return null;
    }

    // A name instead of an address would trust whoever answers for it, before there is any trust.
    private static string? ParseTcp(string socket, out string? address)
    {
        address = null;
        if (!IPEndPoint.TryParse(socket.AsSpan(TcpScheme.Length), out var endpoint) || endpoint.Port == 0)
        {
            return $"'{socket}' is no IP address and port: {Remedy}";
        }

        address = $"http://{endpoint}";
        return null;
    }
}
