using System.Net;

namespace SecretProviders.Xds.Grpc;

/// <summary>
/// The body of a call: open until the call has no more requests, written from outside. A server that is at its limit of
/// streams refuses a stream, and HTTP sends the request again on another connection; so what was written is kept for
/// that until the response begins.
/// </summary>
internal sealed class GrpcRequestContent : HttpContent
{
    private const int MaxKept = 64 * 1024;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource<bool> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<ReadOnlyMemory<byte>>? _kept = [];
    private int _keptLength;
    private Stream? _stream;
    private volatile bool _isOver;
    private volatile bool _isDead;

    /// <summary>Writes one frame, waiting while the server does not take it.</summary>
    /// <param name="frame">The frame; copied when it has to be kept.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the call.</param>
    /// <returns>False when the call is over.</returns>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        if (!await _started.Task.ConfigureAwait(false))
        {
            return false;
        }

        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            Keep(frame);
            await SendAsync(_stream!, frame, cancellationToken).ConfigureAwait(false);
            return !_isOver;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException)
        {
            // A refused stream: what is kept goes out with the next attempt, or the reading side tells why there is none.
            return _kept is not null && !_isOver && !cancellationToken.IsCancellationRequested;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Tells the server that there are no more requests.</summary>
    public void Complete() => _completed.TrySetResult();

    /// <summary>The response has begun: nothing will be sent again.</summary>
    public void Confirm()
    {
        _kept = null;
        GiveUpDeadStream();
    }

    /// <summary>The call is over, also for a writer that still waits for its beginning.</summary>
    public void Abandon()
    {
        _isOver = true;
        _started.TrySetResult(false);
        _completed.TrySetResult();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <summary>
    /// Returns normally also when cancelled: HTTP cancels this task when the stream dies, and an exception from here
    /// would hide the reason of that death.
    /// </summary>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await BeginAsync(stream, cancellationToken).ConfigureAwait(false);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellationToken.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), ended);
        await Task.WhenAny(_completed.Task, ended.Task).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    // A response that ends the call may come before the stream has begun, and then a writer must not wait for that for
    // ever. Each side sets its mark before it reads the other's, so one of them sees both.
    private void GiveUpDeadStream()
    {
        Interlocked.MemoryBarrier();
        if (_isDead && _kept is null)
        {
            _started.TrySetResult(false);
        }
    }

    private static async Task SendAsync(Stream stream, ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task BeginAsync(Stream stream, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            var again = _stream is not null;
            if (again && _kept is null)
            {
                throw new IOException("The server refused the stream after more was sent than is kept to send it again.");
            }

            _stream = stream;
            _isDead = false;
            foreach (var frame in _kept ?? [])
            {
                await SendAsync(stream, frame, cancellationToken).ConfigureAwait(false);
            }

            // HTTP keeps the headers back until something is written, and a server may speak first.
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            _started.TrySetResult(true);
        }
        catch (OperationCanceledException)
        {
            // This stream has died as well; the reason is on the reading side.
            _isDead = true;
            GiveUpDeadStream();
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Keep(ReadOnlyMemory<byte> frame)
    {
        if (_kept is { } kept && (_keptLength += frame.Length) <= MaxKept)
        {
            kept.Add(frame.ToArray());
        }
        else
        {
            _kept = null;
        }
    }
}
