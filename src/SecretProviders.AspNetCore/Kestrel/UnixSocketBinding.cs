using System.Net;
using System.Net.Sockets;

namespace SecretProviders.AspNetCore.Kestrel;

/// <summary>Binds one Unix socket safely; leaves other end points to whoever bound them before.</summary>
internal sealed class UnixSocketBinding(string path, UnixFileMode mode, Func<EndPoint, Socket> others)
{
    // errno(3) ENXIO: what open(2) says of a socket, and of nothing else that opens for reading and writing.
    private const int NoSuchDevice = 6;

    /// <summary>Makes a bound socket that does not listen yet.</summary>
    /// <exception cref="IOException">The path cannot be used.</exception>
    public Socket Bind(EndPoint endPoint)
    {
        if (endPoint.ToString() != path)
        {
            return others(endPoint);
        }

        MakeRoom();
        var socket = others(endPoint);
        try
        {
            // Nobody can connect before the socket listens, so there is no moment with a wider mode.
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, mode);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void MakeRoom()
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            throw new IOException($"The folder '{folder}' for the socket '{path}' does not exist: create it, or choose another path.");
        }

        if (!Path.Exists(path))
        {
            return;
        }

        if (!IsSocket())
        {
            throw new IOException($"'{path}' exists and is not a socket: remove it, or choose another path.");
        }

        if (SomebodyAnswers())
        {
            throw new IOException($"Another server answers on the socket '{path}': stop it, or choose another path.");
        }

        File.Delete(path);
    }

    /// <summary>The framework does not tell file types; opening does, and read-write never waits, not even for a FIFO.</summary>
    private bool IsSocket()
    {
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return false;
        }
        catch (IOException exception)
        {
            return exception.HResult == NoSuchDevice;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool SomebodyAnswers()
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException exception)
        {
            // A full backlog is somebody, too.
            return exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress;
        }
    }
}
