using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace SecretProviders.AspNetCore.Tests;

/// <summary>Sends bytes that no gRPC client would send.</summary>
internal sealed class RawGrpcClient(string socketPath) : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public static byte[] Frame(byte flags, byte[] message) => Frame(flags, message.Length, message);

    public static byte[] Frame(byte flags, int length, byte[] message)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public async Task<HttpResponseMessage> PostAsync(
        string path, HttpContent content, string contentType = "application/grpc", params (string Name, string Value)[] headers)
    {
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://localhost{path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _invoker.SendAsync(request, CancellationToken.None);
    }

    /// <summary>Reads a response to its end and returns its status, wherever it stands.</summary>
    public static async Task<(int Status, string Message)> StatusAsync(HttpResponseMessage response)
    {
        await response.Content.ReadAsByteArrayAsync();
        var headers = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        var status = int.Parse(headers.GetValues("grpc-status").Single(), System.Globalization.CultureInfo.InvariantCulture);
        return (status, headers.TryGetValues("grpc-message", out var message) ? Uri.UnescapeDataString(message.Single()) : string.Empty);
    }

    public void Dispose() => _invoker.Dispose();
}
