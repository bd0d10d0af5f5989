using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SecretProviders.Kubernetes.Tests.Clusters;

/// <summary>Stands between a client and a real server, so that a test can cut the line without ending the server.</summary>
internal sealed class CutTcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile Line _line = Line.Open;
    private int _attempts;

    /// <summary>Begins to listen.</summary>
    /// <param name="target">The server's port on loopback.</param>
    public CutTcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    private enum Line
    {
        Open,
        Cut,
        Silent,
    }

    public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Gets how often somebody connected, in vain or not.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>Breaks every connection, and each new one at once.</summary>
    public void Cut() => Change(Line.Cut);

    /// <summary>Breaks every connection; new ones are taken and lead nowhere.</summary>
    public void Silence() => Change(Line.Silent);

    /// <summary>Lets new connections through; those that led nowhere are broken.</summary>
    public void Mend() => Change(Line.Open);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        Break();
        _stopping.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Broken on one side or the other: both end.
        }

        foreach (var socket in new[] { from, to })
        {
            _sockets.TryRemove(socket, out _);
            socket.Dispose();
        }
    }

    private void Change(Line line)
    {
        _line = line;
        Break();
    }

    private void Break()
    {
        foreach (var socket in _sockets.Keys)
        {
            try
            {
                // With a reset, as when the machine on the other side is gone.
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // It ended by itself in this moment.
            }

            socket.Dispose();
            _sockets.TryRemove(socket, out _);
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Serve(await _listener.AcceptSocketAsync(_stopping.Token));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The end, or a client that left at once.
            }
        }
    }

    private void Serve(Socket client)
    {
        Interlocked.Increment(ref _attempts);
        _sockets[client] = true;
        switch (_line)
        {
            case Line.Open:
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                server.Connect(IPAddress.Loopback, _target);
                _ = Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client));
                break;
            case Line.Cut:
                Break();
                break;
            default:
                break;
        }
    }
}
