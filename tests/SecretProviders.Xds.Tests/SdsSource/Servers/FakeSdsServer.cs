using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>
/// An SDS server in this process, on a real socket. It keeps the protocol as Envoy's documents say, with switches for
/// what others do; or it does whatever a test's own handler does.
/// </summary>
internal sealed class FakeSdsServer : IAsyncDisposable
{
    private const int MaxMessageSize = 1024 * 1024;
    private const int RefusedStream = 7;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-fake-");
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Any Resource, string Version)> _secrets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GrpcStatus> _refused = new(StringComparer.Ordinal);
    private readonly HashSet<FakeSdsStream> _streams = [];
    private int _version;
    private int _opened;
    private int _probes;
    private int _turningAway;
    private WebApplication? _app;

    public string SocketPath => Path.Combine(_folder.FullName, "sds.sock");

    public string Address => $"unix:{SocketPath}";

    public string Folder => _folder.FullName;

    /// <summary>Gets or sets what serves streams in place of the fake's own ways.</summary>
    public GrpcHandler? Handler { get; set; }

    /// <summary>Gets or sets a value indicating whether the server resends nothing that it believes the client to have, as go-control-plane does.</summary>
    public bool ForgetsNothing { get; set; }

    /// <summary>Gets how many streams one connection may have open.</summary>
    public int StreamsPerConnection { get; init; } = 100;

    /// <summary>Gets how often the server was asked whether it is there still.</summary>
    public int Probes => Volatile.Read(ref _probes);

    /// <summary>Gets or sets what the answer to that waits for.</summary>
    public Task MayAnswerProbes { get; set; } = Task.CompletedTask;

    /// <summary>Gets every request, in order of arrival.</summary>
    public ConcurrentQueue<IMessage> Requests { get; } = new();

    /// <summary>Gets how many streams were ever opened.</summary>
    public int Opened => Volatile.Read(ref _opened);

    public int Streams
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count;
            }
        }
    }

    /// <summary>Gets a value indicating whether something is still to be sent or ended, or to be answered by the client.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _streams.Any(stream => stream.IsUnanswered || _refused.Keys.Any(stream.Wants) || _secrets.Any(secret => stream.Owes(secret.Key, secret.Value.Version)));
            }
        }
    }

    public static async Task<FakeSdsServer> StartAsync(int streamsPerConnection = 100)
    {
        var server = new FakeSdsServer { StreamsPerConnection = streamsPerConnection };
        await server.ListenAsync();
        return server;
    }

    public async Task ListenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
            options.ListenUnixSocket(SocketPath, static listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRoutingCore().AddLogging();
        _app = builder.Build();
        _app.Use(async (context, next) =>
        {
            if (context.Request.Path == "/grpc.health.v1.Health/Check")
            {
                Interlocked.Increment(ref _probes);
                await MayAnswerProbes;
            }
            else if (Interlocked.Decrement(ref _turningAway) >= 0)
            {
                context.Features.Get<IHttpResetFeature>()!.Reset(RefusedStream);
                return;
            }

            await next();
        });
        Map<Protos.Discovery.DiscoveryRequest>("StreamSecrets", static (server, call) => new FakeStateOfTheWorldStream(server, call));
        Map<Protos.Discovery.DeltaDiscoveryRequest>("DeltaSecrets", static (server, call) => new FakeDeltaStream(server, call));
        _app.MapUnknownGrpc();
        await _app.StartAsync();
    }

    /// <summary>Is gone: every connection ends and nobody listens.</summary>
    public async Task KillAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
            File.Delete(SocketPath);
        }
    }

    public void Put(string name, Secret secret) => Put(name, Any.Pack(SecretWriter.ToMessage(name, secret), "type.googleapis.com"));

    public void Put(string name, Any resource)
    {
        lock (_gate)
        {
            if (!_secrets.TryGetValue(name, out var old) || !old.Resource.Equals(resource))
            {
                _secrets[name] = (resource, (++_version).ToString(CultureInfo.InvariantCulture));
            }
        }

        Wake();
    }

    public void Delete(string name)
    {
        lock (_gate)
        {
            _secrets.Remove(name);
        }

        Wake();
    }

    /// <summary>Ends, now and later, every stream that asks for a name; null heals it.</summary>
    public void Refuse(string name, GrpcStatus? status)
    {
        lock (_gate)
        {
            if (status is { } end)
            {
                _refused[name] = end;
            }
            else
            {
                _refused.Remove(name);
            }
        }

        Wake();
    }

    /// <summary>Has HTTP refuse so many streams, as if their connection had as many as it may.</summary>
    public void TurnAway(int streams) => Volatile.Write(ref _turningAway, streams);

    public int Watches(string name)
    {
        lock (_gate)
        {
            return _streams.Count(stream => stream.Wants(name));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Delete(recursive: true);
    }

    internal (Any Resource, string Version)? Find(string name)
    {
        lock (_gate)
        {
            return _secrets.TryGetValue(name, out var found) ? found : null;
        }
    }

    internal GrpcStatus? RefusalOf(IEnumerable<string> names)
    {
        lock (_gate)
        {
            return names.Select(name => _refused.TryGetValue(name, out var status) ? status : (GrpcStatus?)null).FirstOrDefault(static status => status is not null);
        }
    }

    private void Map<TRequest>(string method, Func<FakeSdsServer, GrpcServerCall, FakeSdsStream> create)
        where TRequest : IMessage<TRequest> =>
        _app!.MapGrpc($"/envoy.service.secret.v3.SecretDiscoveryService/{method}", MaxMessageSize, call =>
        {
            Interlocked.Increment(ref _opened);
            return Handler is { } handler ? handler(call) : RunAsync(create(this, call));
        });

    private async Task RunAsync(FakeSdsStream stream)
    {
        lock (_gate)
        {
            _streams.Add(stream);
        }

        try
        {
            await stream.RunAsync();
        }
        finally
        {
            lock (_gate)
            {
                _streams.Remove(stream);
            }
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            foreach (var stream in _streams)
            {
                stream.Wake();
            }
        }
    }
}
