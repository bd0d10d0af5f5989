using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Google.Protobuf;

namespace SecretProviders.Interop.Tests;

/// <summary>
/// An independent client that does what it is told over lines of JSON (clients/node/sds-client.js lists them). One
/// program serves all tests of a class; each test has channels and streams of its own.
/// </summary>
public abstract class SdsClient : IAsyncLifetime
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
    private readonly ConcurrentDictionary<string, Channel<ClientEvent>> _streams = new();
    private readonly SemaphoreSlim _writing = new(1);
    private ClientProcess? _process;
    private Task _reading = Task.CompletedTask;
    private int _last;

    public virtual async ValueTask InitializeAsync()
    {
        _process = Start();
        _reading = ReadAsync(_process);
        await ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _process!.DisposeAsync();
        await _reading;
        _writing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops or continues the program, as the operating system can (<c>STOP</c>, <c>CONT</c>).</summary>
    internal Task SignalAsync(string signal) => _process!.SignalAsync(signal);

    internal async Task<ClientChannel> ConnectAsync(string address, ClientCredentials? credentials = null)
    {
        var channel = $"channel-{Interlocked.Increment(ref _last)}";
        var command = new JsonObject { ["op"] = "connect", ["channel"] = channel, ["address"] = address };
        if (credentials is not null)
        {
            (command["ca"], command["certificate"], command["key"]) = (credentials.Authority, credentials.Certificate, credentials.Key);
        }

        await SendAsync(command);
        return new ClientChannel(this, channel);
    }

    /// <summary>Opens a stream, or makes a unary call.</summary>
    internal async Task<ClientStream> OpenAsync(string channel, string method, IMessage? unary = null)
    {
        var stream = $"stream-{Interlocked.Increment(ref _last)}";
        var events = _streams[stream] = Channel.CreateUnbounded<ClientEvent>();
        var command = new JsonObject { ["op"] = unary is null ? "open" : "call", ["channel"] = channel, ["stream"] = stream, ["method"] = method };
        if (unary is not null)
        {
            command["request"] = JsonNode.Parse(Json.Format(unary));
        }

        await SendAsync(command);
        return new ClientStream(this, stream, events.Reader);
    }

    internal Task SendAsync(string stream, IMessage request, int times) =>
        SendAsync(new JsonObject { ["op"] = "send", ["stream"] = stream, ["request"] = JsonNode.Parse(Json.Format(request)), ["times"] = times });

    internal Task SendAsync(string operation, string what, string name) => SendAsync(new JsonObject { ["op"] = operation, [what] = name });

    private protected abstract ClientProcess Start();

    private async Task SendAsync(JsonObject command)
    {
        await _writing.WaitAsync();
        try
        {
            await _process!.Input.WriteLineAsync(command.ToJsonString());
            await _process.Input.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync(ClientProcess process)
    {
        while (await process.TryReadLineAsync() is { } line)
        {
            var received = JsonSerializer.Deserialize<ClientEvent>(line, JsonSerializerOptions.Web)!;
            _streams[received.Stream].Writer.TryWrite(received);
        }

        foreach (var stream in _streams.Values)
        {
            stream.Writer.TryComplete(new InvalidOperationException($"The client ended; it said: {process.Errors}"));
        }
    }
}
