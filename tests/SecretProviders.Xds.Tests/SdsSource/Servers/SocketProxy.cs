using System.Collections.Concurrent;
using System.Net.Sockets;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>A Unix socket in front of another one, so that tests can cut connections as a network does.</summary>
internal sealed class SocketProxy : IAsyncDisposable
{
    private readonly string _target;
    private readonly Socket _listener;
    private readonly Task _accepting;
    private readonly ConcurrentDictionary<Socket, Socket?> _connections = new();
    private volatile ProxyMode _mode;
    private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _accepted;

    public SocketProxy(string path, string target)
    {
        _target = target;
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Gets how many connections came.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Cuts every connection, unless they freeze, stop or go on, and treats those to come as told.</summary>
    public void Turn(ProxyMode mode)
    {
        var before = _mode;
        _mode = mode;
        if (before == ProxyMode.Stopped)
        {
            _goesOn.TrySetResult();
        }

        if (mode is ProxyMode.Frozen or ProxyMode.Stopped || (before, mode) == (ProxyMode.Stopped, ProxyMode.Open))
        {
            return;
        }

        foreach (var connection in _connections)
        {
            connection.Key.Dispose();
            connection.Value?.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Turn(ProxyMode.Closed);
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptAsync();
            Interlocked.Increment(ref _accepted);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var mode = _mode;
        var server = mode == ProxyMode.Open ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : null;
        _connections[client] = server;
        try
        {
            if (server is not null)
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(_target));
                await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
            }
            else if (mode is ProxyMode.Silent or ProxyMode.Frozen)
            {
                // Swallows until the client gives up, or the proxy turns.
                await PumpAsync(client, target: null);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The end of the connection is all there is to say.
        }
        finally
        {
            _connections.TryRemove(client, out _);
            client.Dispose();
            server?.Dispose();
        }
    }

    private async Task PumpAsync(Socket source, Socket? target)
    {
        var buffer = new byte[64 * 1024];
        while (await source.ReceiveAsync(buffer) is > 0 and var read)
        {
            if (_mode == ProxyMode.Stopped)
            {
                await _goesOn.Task;
            }

            if (target is not null && _mode != ProxyMode.Frozen)
            {
                await target.SendAsync(buffer.AsMemory(0, read));
            }
        }
    }
}
