using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SecretProviders.Host.Configuration;
using SecretProviders.Host.Output;

namespace SecretProviders.Host.Admin;

/// <summary>Asks a running server through its admin listener.</summary>
internal sealed class AdminClient : ISecretReader
{
    // What an answer may take beyond the time that the server itself was given.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly ListenerConfiguration _server;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;

    private AdminClient(ListenerConfiguration server, TimeProvider time)
    {
        _server = server;
        _time = time;
        _http = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectCallback = ConnectAsync });
    }

    /// <summary>Looks for a running server.</summary>
    /// <param name="server">Where.</param>
    /// <param name="timeout">How long it may take to answer.</param>
    /// <param name="time">The clock of time-outs.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>A client, or null when nothing listens there.</returns>
    /// <exception cref="ServerUnreachableException">Something listens there and is of no use.</exception>
    public static async Task<AdminClient?> FindAsync(ListenerConfiguration server, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var client = new AdminClient(server, time);
        try
        {
            using var response = await client.SendAsync(AdminProtocol.Health, timeout, cancellationToken);
            return response.Headers.Server.ToString() == AdminProtocol.Server
                ? client
                : throw new ServerUnreachableException($"what answers at {server} is not a SecretProviders server; correct server.admin or --server");
        }
        catch (ServerUnreachableException exception) when (NothingListens(exception.InnerException?.InnerException))
        {
            await client.DisposeAsync();
            return null;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public async Task<SecretView> GetAsync(string name, bool reveal, TimeSpan timeout, CancellationToken cancellationToken) =>
        await AskAsync(Question(AdminProtocol.Get, [name], reveal, timeout), ViewJson.Readable.SecretView, timeout, cancellationToken);

    public async Task<ExplanationView> ExplainAsync(string name, TimeSpan timeout, CancellationToken cancellationToken) =>
        await AskAsync(Question(AdminProtocol.Explain, [name], reveal: false, timeout), ViewJson.Readable.ExplanationView, timeout, cancellationToken);

    public async IAsyncEnumerable<SecretView> WatchAsync(
        ImmutableArray<string> names,
        bool reveal,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // It begins at once, whatever there is to be seen.
        using var response = await QuestionAsync(Question(AdminProtocol.Watch, names, reveal, timeout: null), timeout: TimeSpan.Zero, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new StreamReader(stream);
        while (await ReadLineAsync(lines, cancellationToken) is { } line)
        {
            yield return Parse(line, ViewJson.Readable.SecretView);
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    // ENOENT of a Unix socket has no SocketError of its own and arrives as AddressNotAvailable.
    private static bool NothingListens(Exception? exception) =>
        exception is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.AddressNotAvailable };

    private static string Question(string path, ImmutableArray<string> names, bool reveal, TimeSpan? timeout)
    {
        var query = names.Select(static name => $"{AdminProtocol.Name}={Uri.EscapeDataString(name)}").ToList();
        if (reveal)
        {
            query.Add($"{AdminProtocol.Reveal}=true");
        }

        if (timeout is { } limit)
        {
            query.Add(string.Create(CultureInfo.InvariantCulture, $"{AdminProtocol.Timeout}={(long)limit.TotalMilliseconds}"));
        }

        return $"{path}?{string.Join('&', query)}";
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = _server is ListenerConfiguration.UnixSocket
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            EndPoint endPoint = _server is ListenerConfiguration.UnixSocket unix
                ? new UnixDomainSocketEndPoint(unix.Path)
                : ((ListenerConfiguration.Tcp)_server).EndPoint;
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<T> AskAsync<T>(string question, JsonTypeInfo<T> type, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var response = await QuestionAsync(question, timeout, cancellationToken);
        using var deadline = new CancellationTokenSource(Grace, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return Parse(await response.Content.ReadAsStringAsync(either.Token), type);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(exception);
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string question, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout + Grace, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var authority = _server is ListenerConfiguration.Tcp tcp ? tcp.EndPoint.ToString() : "localhost";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{authority}{question}");
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, either.Token);
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silent(exception);
        }

        return response;
    }

    private async Task<HttpResponseMessage> QuestionAsync(string question, TimeSpan timeout, CancellationToken cancellationToken)
    {
        const int RestOfTheLine = 256;
        if (question.Length > AdminProtocol.MaxQuestion - RestOfTheLine)
        {
            // The server would hang up in the middle of it.
            throw new SecretConfigurationException("these are more names than one question may hold (1 MiB of text); ask for fewer at once");
        }

        var response = await SendAsync(question, timeout, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw response.StatusCode switch
            {
                HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or HttpStatusCode.MisdirectedRequest =>
                    new SecretConfigurationException((await response.Content.ReadAsStringAsync(cancellationToken)).TrimEnd()),
                _ => new ServerUnreachableException(
                    $"the server at {_server} answered {(int)response.StatusCode} ({response.StatusCode}); look at its log: is it of another version?"),
            };
        }
    }

    private async Task<string?> ReadLineAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadLineAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw Unreachable(exception);
        }
    }

    private T Parse<T>(string text, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new ServerUnreachableException($"the answer of {_server} is not understood; is the server of another version?", exception);
        }
    }

    private ServerUnreachableException Silent(Exception exception) =>
        new($"the server at {_server} does not answer; look at its log, or raise --timeout", exception);

    private ServerUnreachableException Unreachable(Exception exception) =>
        new($"the server at {_server} cannot be reached: {exception.InnerException?.Message ?? exception.Message}", exception);
}
