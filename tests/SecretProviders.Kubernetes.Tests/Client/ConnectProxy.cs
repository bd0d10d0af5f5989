using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SecretProviders.Kubernetes.Tests.Client;

/// <summary>An HTTP proxy that opens tunnels, whatever it is asked for, to one place.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _target;
    private readonly Task _accepting;

    public ConnectProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Gets the first line of each request.</summary>
    public List<string> Asked { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            using var server = new TcpClient();
            var stream = client.GetStream();
            Asked.Add((await ReadHeadAsync(stream)).Split("\r\n")[0]);
            await server.ConnectAsync(IPAddress.Loopback, _target.Port, _stopping.Token);
            await stream.WriteAsync("HTTP/1.1 200 Connection Established\r\n\r\n"u8.ToArray(), _stopping.Token);
            await Task.WhenAny(stream.CopyToAsync(server.GetStream(), _stopping.Token), server.GetStream().CopyToAsync(stream, _stopping.Token));
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stopping.Token) > 0)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
