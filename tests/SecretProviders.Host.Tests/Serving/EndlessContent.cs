using System.Net;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>A gRPC request stream that begins with the given frames, then is silent and never closed.</summary>
internal sealed class EndlessContent : HttpContent
{
    private readonly TaskCompletionSource _never = new();

    private readonly byte[] _frames;

    public EndlessContent(byte[] frames)
    {
        _frames = frames;
        Headers.ContentType = new("application/grpc");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(_frames);
        await stream.FlushAsync();
        await _never.Task;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        SerializeToStreamAsync(stream, context).WaitAsync(cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
