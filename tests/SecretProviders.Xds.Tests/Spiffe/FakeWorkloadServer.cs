using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Workload;

namespace SecretProviders.Xds.Tests.Spiffe;

/// <summary>A Workload API in this process, on a real socket.</summary>
internal sealed class FakeWorkloadServer : IWorkloadServer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spiffe-");
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _connections = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _counted = new(0);
    private WebApplication? _app;
    private volatile Script _script = new(new X509SVIDResponse(), new X509BundlesResponse());

    public string Path => System.IO.Path.Combine(_folder.FullName, "agent.sock");

    public string Socket => $"unix://{Path}";

    /// <summary>Gets the same over TCP.</summary>
    public string TcpSocket => _app!.Urls.Single(static url => url.StartsWith("http://127", StringComparison.Ordinal)).Replace("http://", "tcp://", StringComparison.Ordinal);

    /// <summary>Gets or sets what answers calls in place of the script, or null.</summary>
    public GrpcHandler? Handler { get; set; }

    /// <summary>Gets or sets the method whose streams are refused, as of a process without an identity, or null.</summary>
    public string? Refused { get; set; }

    /// <summary>Gets the connections that calls came by.</summary>
    public IEnumerable<string> Connections => _connections.Keys;

    /// <summary>Gets the metadata of the last call.</summary>
    public string? Marker { get; private set; }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.ListenUnixSocket(Path, static listen => listen.Protocols = HttpProtocols.Http2);
            options.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRoutingCore().AddLogging();
        _app = builder.Build();
        _app.MapGrpc($"/SpiffeWorkloadAPI/{IWorkloadServer.Svids}", maxMessageSize: 1024, call => AnswerAsync(IWorkloadServer.Svids, static script => script.Svids, call));
        _app.MapGrpc($"/SpiffeWorkloadAPI/{IWorkloadServer.Bundles}", maxMessageSize: 1024, call => AnswerAsync(IWorkloadServer.Bundles, static script => script.Bundles, call));
        _app.MapUnknownGrpc();
        await _app.StartAsync();
    }

    public async Task KillAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
            File.Delete(Path);
        }
    }

    public Task ServeAsync(X509SVIDResponse svids, X509BundlesResponse bundles) => PlayAsync(_script with { Svids = svids, Bundles = bundles });

    public Task FailAsync(GrpcStatusCode? status) => PlayAsync(_script with { Status = status, Silent = false });

    public Task SilenceAsync() => PlayAsync(_script with { Silent = true, Generation = _script.Generation + 1 });

    public int Open(string method) => _open.GetValueOrDefault(method);

    public int Calls(string method) => _calls.GetValueOrDefault(method);

    /// <summary>Waits until so many streams are open.</summary>
    public async Task WhenOpenAsync(string method, int open)
    {
        while (Open(method) != open)
        {
            Assert.True(await _counted.WaitAsync(Patience), $"Waited in vain for {open} streams {method}.");
        }
    }

    /// <summary>Waits until so many streams were asked for.</summary>
    public async Task WhenCalledAsync(string method, int calls)
    {
        while (Calls(method) < calls)
        {
            Assert.True(await _counted.WaitAsync(Patience), $"Waited in vain for {calls} calls of {method}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Delete(recursive: true);
    }

    private Task PlayAsync(Script next)
    {
        var last = _script;
        _script = next with { Over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        last.Over.TrySetResult();
        return Task.CompletedTask;
    }

    private async Task AnswerAsync(string method, Func<Script, IMessage> message, GrpcServerCall call)
    {
        Marker = call.Context.Request.Headers["workload.spiffe.io"];
        _connections[call.Context.Connection.Id] = true;
        _calls.AddOrUpdate(method, 1, static (_, count) => count + 1);
        _open.AddOrUpdate(method, 1, static (_, count) => count + 1);
        _counted.Release();
        try
        {
            await (Handler ?? (call => PlayAsync(method, message, call)))(call);
        }
        finally
        {
            _open.AddOrUpdate(method, 0, static (_, count) => count - 1);
            _counted.Release();
        }
    }

    private async Task PlayAsync(string method, Func<Script, IMessage> message, GrpcServerCall call)
    {
        if (Marker != "true")
        {
            throw new GrpcException(GrpcStatusCode.InvalidArgument, "security header missing from request");
        }

        IMessage? sent = null;
        var generation = -1;
        while (true)
        {
            var script = _script;
            generation = generation < 0 ? script.Generation : generation;
            if (script.Generation != generation)
            {
                throw new GrpcException(GrpcStatusCode.Unavailable, "the agent starts anew");
            }

            if (method == Refused)
            {
                throw new GrpcException(GrpcStatusCode.PermissionDenied, "no identity issued");
            }

            if (script.Status is { } status)
            {
                throw new GrpcException(status, "as the test wants it");
            }

            var next = message(script);
            if (!script.Silent && !next.Equals(sent))
            {
                await SendAsync(call, next);
                sent = next;
            }

            await script.Over.Task.WaitAsync(call.CancellationToken);
        }
    }

    public static ValueTask<bool> SendAsync(GrpcServerCall call, IMessage message) =>
        call.WriteAsync(message.CalculateSize(), message, static (message, writer) => message.WriteTo(writer), call.CancellationToken);

    private sealed record Script(X509SVIDResponse Svids, X509BundlesResponse Bundles)
    {
        public GrpcStatusCode? Status { get; init; }

        public bool Silent { get; init; }

        /// <summary>Gets a number; streams of an earlier one are ended.</summary>
        public int Generation { get; init; }

        public TaskCompletionSource Over { get; init; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
