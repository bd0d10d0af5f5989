using System.Net;

namespace SecretProviders.Host.Tests.Serving;

/// <summary>A gRPC request stream on which the client sends nothing more and which it never closes.</summary>
internal sealed class EndlessContent : HttpContent
{
    private readonly TaskCompletionSource _never = new();

    public EndlessContent() => Headers.ContentType = new("application/grpc");

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
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
