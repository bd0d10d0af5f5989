using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Google.Protobuf;

namespace SecretProviders.Xds.Grpc;

/// <summary>
/// One call: requests and responses flow independently. One writer and one reader at a time. Disposal cancels what is
/// still running.
/// </summary>
internal sealed class GrpcCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly GrpcRequestContent _requests = new();
    private readonly MessageParser<TResponse> _parser;
    private readonly GrpcChannelOptions _options;
    private readonly CancellationTokenSource? _deadline;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationToken _caller;
    private readonly Task<HttpResponseMessage> _sending;
    private GrpcFrameReader? _frames;
    private PipeReader? _body;

    public GrpcCall(
        HttpMessageInvoker invoker, HttpRequestMessage request, MessageParser<TResponse> parser, GrpcChannelOptions options, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        _parser = parser;
        _options = options;
        _caller = cancellationToken;
        _deadline = timeout is { } limit && limit <= GrpcTimeout.LongestTimer ? new CancellationTokenSource(limit, options.TimeProvider) : null;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _deadline?.Token ?? CancellationToken.None);
        _requests.Headers.ContentType = new MediaTypeHeaderValue(GrpcNames.ContentType);
        request.Content = _requests;
        _sending = SendAsync(invoker, request);
    }

    /// <summary>Gets a value indicating whether a part of a response has come and the rest is awaited. Any thread may ask.</summary>
    public bool IsMidMessage => _frames?.IsMidMessage == true;

    /// <summary>Writes a request, waiting while the server does not take it.</summary>
    /// <returns>False when the call is over: the reading side knows why.</returns>
    public async ValueTask<bool> WriteAsync(TRequest request)
    {
        var size = request.CalculateSize();
        using var owner = ClearingMemoryPool.Instance.Rent(GrpcFrameReader.HeaderLength + size);
        var frame = owner.Memory[..(GrpcFrameReader.HeaderLength + size)];
        frame.Span[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(frame.Span[1..], size);
        request.WriteTo(frame.Span[GrpcFrameReader.HeaderLength..]);
        return await _requests.WriteAsync(frame, _ending.Token).ConfigureAwait(false);
    }

    /// <summary>Tells the server that there are no more requests.</summary>
    public void CompleteRequests() => _requests.Complete();

    /// <summary>Reads the next response.</summary>
    /// <returns>The response, or null when the call ended with OK.</returns>
    /// <exception cref="GrpcException">The call ended with another status.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async ValueTask<TResponse?> ReadAsync()
    {
        try
        {
            var response = await _sending.ConfigureAwait(false);
            if (_frames is null && !await OpenAsync(response).ConfigureAwait(false))
            {
                return null;
            }

            if (await _frames!.ReadAsync(_ending.Token).ConfigureAwait(false) is { } frame)
            {
                return Parse(frame);
            }

            GrpcResponseStatus.Require(GrpcResponseStatus.FromTrailers(response));
            return null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // SocketException comes bare from a peer that closes a connection as soon as it stands.
            throw Translate(exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        _requests.Abandon();
        await ((Task)_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _frames?.Release();
        if (_body is { } body)
        {
            await body.CompleteAsync().ConfigureAwait(false);
        }

        if (_sending.IsCompletedSuccessfully)
        {
            (await _sending.ConfigureAwait(false)).Dispose();
        }

        _ending.Dispose();
        _deadline?.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker invoker, HttpRequestMessage request)
    {
        try
        {
            var response = await invoker.SendAsync(request, _ending.Token).ConfigureAwait(false);

            _requests.Confirm();

            // HTTP looks at the token until the headers are there; after that only disposal resets the stream.
            _ending.Token.UnsafeRegister(static ended => ((HttpResponseMessage)ended!).Dispose(), response);
            return response;
        }
        catch
        {
            _requests.Abandon();
            throw;
        }
    }

    private async ValueTask<bool> OpenAsync(HttpResponseMessage response)
    {
        if (GrpcResponseStatus.FromHeaders(response) is { } ended)
        {
            GrpcResponseStatus.Require(ended);
            return false;
        }

        var stream = await response.Content.ReadAsStreamAsync(_ending.Token).ConfigureAwait(false);
        _body = PipeReader.Create(stream, new StreamPipeReaderOptions(ClearingMemoryPool.Instance, leaveOpen: true));
        _frames = new GrpcFrameReader(_body, _options.MaxMessageSize, _options.MessageTimeout, _options.TimeProvider) { Encoding = GrpcResponseStatus.Encoding(response) };
        return true;
    }

    private TResponse Parse(System.Buffers.ReadOnlySequence<byte> frame)
    {
        try
        {
            return _parser.ParseFrom(frame);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new GrpcException(GrpcStatusCode.Internal, $"A response is not a {typeof(TResponse).Name}.", exception);
        }
    }

    private Exception Translate(Exception exception)
    {
        if (_caller.IsCancellationRequested)
        {
            return new OperationCanceledException("The call was cancelled.", exception, _caller);
        }

        if (_deadline is { IsCancellationRequested: true })
        {
            return new GrpcException(GrpcStatusCode.DeadlineExceeded, "The deadline passed before the call ended.", exception);
        }

        return exception is OperationCanceledException or ObjectDisposedException
            ? new GrpcException(GrpcStatusCode.Cancelled, "The call was disposed of.", exception)
            : new GrpcException(GrpcStatusCode.Unavailable, $"The connection was lost or did not come about: {exception.GetBaseException().Message}", exception);
    }
}
