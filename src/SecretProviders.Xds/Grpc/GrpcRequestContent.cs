using System.Net;

namespace SecretProviders.Xds.Grpc;

/// <summary>The body of a call: open until the call has no more requests, written from outside.</summary>
internal sealed class GrpcRequestContent : HttpContent
{
    private readonly TaskCompletionSource<Stream?> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets the stream once the request is on its way; null when the call ended before.</summary>
    public Task<Stream?> Stream => _stream.Task;

    public void Complete() => _completed.TrySetResult();

    /// <summary>Ends the body, also for a writer that still waits for it.</summary>
    public void Abandon()
    {
        _stream.TrySetResult(null);
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
        using var registration = cancellationToken.UnsafeRegister(static content => ((GrpcRequestContent)content!).Abandon(), this);
        _stream.TrySetResult(stream);
        await _completed.Task.ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
