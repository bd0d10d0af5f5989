using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Google.Protobuf;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>One stream of the fake: reads requests, and sends what is due after each of them and after each change.</summary>
internal abstract class FakeSdsStream(FakeSdsServer server, GrpcServerCall call)
{
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile int _lastSent;
    private volatile int _lastAnswered;
    private readonly ConcurrentDictionary<string, string?> _sent = new(StringComparer.Ordinal);

    protected FakeSdsServer Server => server;

    /// <summary>Gets the version that each wanted name was last sent with; null before the first, empty after its removal.</summary>
    protected ConcurrentDictionary<string, string?> Sent => _sent;

    public bool IsUnanswered => _lastSent != _lastAnswered;

    public bool Wants(string name) => _sent.ContainsKey(name);

    public bool Owes(string name, string version) => _sent.TryGetValue(name, out var sent) && sent != version;

    public void Wake() => _wakes.Writer.TryWrite(true);

    public async Task RunAsync()
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        var reading = ReadAsync(ending.Token);
        try
        {
            while (!reading.IsCompleted)
            {
                if (server.RefusalOf(_sent.Keys) is { } refusal)
                {
                    throw new GrpcException(refusal);
                }

                await SendDueAsync();
                await Task.WhenAny(reading, _wakes.Reader.ReadAsync(ending.Token).AsTask());
            }

            await reading;
        }
        finally
        {
            await ending.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    protected abstract void Take(System.Buffers.ReadOnlySequence<byte> request);

    protected abstract Task SendDueAsync();

    protected string NextNonce() => (++_lastSent).ToString(CultureInfo.InvariantCulture);

    protected T Note<T>(T request, Func<T, string> nonceOf)
        where T : IMessage
    {
        if (nonceOf(request) is { Length: > 0 } nonce)
        {
            _lastAnswered = int.Parse(nonce, CultureInfo.InvariantCulture);
        }

        server.Requests.Enqueue(request);
        return request;
    }

    protected ValueTask<bool> SendAsync(IMessage message) => WriteAsync(call, message);

    public static ValueTask<bool> WriteAsync(GrpcServerCall call, IMessage message) =>
        call.WriteAsync(message.CalculateSize(), message, static (value, writer) => value.WriteTo(writer), call.CancellationToken);

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (await call.ReadAsync(cancellationToken) is { } request)
        {
            Take(request);
            Wake();
        }
    }
}
