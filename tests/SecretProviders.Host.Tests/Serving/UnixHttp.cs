using System.Net.Sockets;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>Plain HTTP over a Unix socket, as probes and curl speak it.</summary>
internal static class UnixHttp
{
    public static HttpMessageInvoker Connect(string socketPath) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public static async Task<(int Status, string Body)> GetAsync(string socketPath, string path)
    {
        using var http = Connect(socketPath);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost{path}");
        using var response = await http.SendAsync(request, CancellationToken.None);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
