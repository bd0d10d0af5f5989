using System.Buffers;
using Google.Protobuf;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Discovery;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Tests.Sds;

/// <summary>A session under test: requests in, what is due out, without a transport and without waiting for time.</summary>
internal sealed class SdsSession : IAsyncDisposable
{
    public const string SecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
    private const string Fence = "fence";
    private readonly SecretDiscoverySession _session;
    private readonly CancellationTokenSource _ending = new();
    private readonly IAsyncEnumerator<SecretDiscoveryResponse> _responses;
    private Task<bool>? _next;

    public SdsSession(FakeSecretProvider provider, SecretDiscoveryProtocol protocol = SecretDiscoveryProtocol.StateOfTheWorld, SecretDiscoveryOptions? options = null)
    {
        Provider = provider;
        _session = new SecretDiscoverySession(provider, new SecretConsumer("connection-1"), protocol, options, Time, Logs.CreateLogger("test"));
        _responses = _session.ReadResponsesAsync(_ending.Token).GetAsyncEnumerator();
    }

    public FakeSecretProvider Provider { get; }

    public ManualTimeProvider Time { get; } = new();

    public LogCollector Logs { get; } = new();

    public void Send(IMessage request) => _session.Receive(new ReadOnlySequence<byte>(request.ToByteArray()));

    public void SendBytes(byte[] request) => _session.Receive(new ReadOnlySequence<byte>(request));

    /// <summary>Sends a request in pieces.</summary>
    public void SendPieces(IMessage request, int length = 1)
    {
        var last = new Piece(default);
        var first = last;
        foreach (var piece in request.ToByteArray().Chunk(length))
        {
            last = last.Append(piece);
        }

        _session.Receive(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length));
    }

    /// <summary>Sends a request that lists names, as a first one or one that adds.</summary>
    public void Ask(params string[] names) => Send(new DiscoveryRequest { ResourceNames = { names } });

    public void Acknowledge(DiscoveryResponse response, params string[] names) =>
        Send(new DiscoveryRequest { VersionInfo = response.VersionInfo, ResponseNonce = response.Nonce, ResourceNames = { names } });

    public void Refuse(DiscoveryResponse response, string reason, params string[] names) =>
        Send(new DiscoveryRequest { ResponseNonce = response.Nonce, ResourceNames = { names }, ErrorDetail = new() { Code = 3, Message = reason } });

    public async Task<DiscoveryResponse> ReadAsync() => DiscoveryResponse.Parser.ParseFrom(await ReadBytesAsync());

    public async Task<DeltaDiscoveryResponse> ReadDeltaAsync() => DeltaDiscoveryResponse.Parser.ParseFrom(await ReadBytesAsync());

    /// <summary>Waits until the session has seen everything that the provider holds now, by a name that nothing else uses.</summary>
    public async Task<DiscoveryResponse> PassFenceAsync()
    {
        Provider.Set(Fence, Generic($"{Guid.NewGuid()}"));
        return await ReadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        if (_next is { } next)
        {
            await next;
        }

        await _responses.DisposeAsync();
        await _session.DisposeAsync();
        _ending.Dispose();
    }

    public static GenericSecret Generic(string text) => new(SensitiveBytes.Copy(System.Text.Encoding.UTF8.GetBytes(text)));

    public static string NameOf(DiscoveryResponse response) => Parse(response).Name;

    public static string TextOf(DiscoveryResponse response) => Parse(response).GenericSecret.Secret.InlineBytes.ToStringUtf8();

    private static Tls.Secret Parse(DiscoveryResponse response) => Tls.Secret.Parser.ParseFrom(Assert.Single(response.Resources).Value);

    private async Task<byte[]> ReadBytesAsync()
    {
        _next ??= _responses.MoveNextAsync().AsTask();
        Assert.True(await _next.WaitAsync(TimeSpan.FromSeconds(60)), "The session has ended.");
        _next = null;
        var bytes = new ArrayBufferWriter<byte>();
        _responses.Current.WriteTo(bytes);
        Assert.Equal(_responses.Current.Length, bytes.WrittenCount);
        return bytes.WrittenSpan.ToArray();
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
