using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using SecretProviders.ConformanceTests;
using SecretProviders.Sds;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Mapping;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>The fake server on the real wire, behind a proxy that can cut the way to it.</summary>
public abstract class SdsHarness : SecretSourceHarness
{
    private FakeSdsServer? _server;
    private SocketProxy? _proxy;

    public override ImmutableArray<SecretKind> Kinds =>
        [SecretKind.TlsCertificate, SecretKind.ValidationContext, SecretKind.SessionTicketKeys, SecretKind.Generic];

    public override ImmutableArray<TimeSpan> AnswerDeadlines => SdsDeadlines.Of(this, OwesAnAnswer);

    protected abstract bool Delta { get; }

    private protected FakeSdsServer Server => _server!;

    public override async ValueTask StartAsync()
    {
        _server = await FakeSdsServer.StartAsync();
        _proxy = new SocketProxy(ProxyPath, _server.SocketPath);
    }

    public override ISecretSource CreateSource() => new SdsSecretSource(
        "upstream",
        new SdsSecretSourceOptions { Delta = Delta, AbsentAfter = SdsDeadlines.AbsentAfter, Addresses = { $"unix:{ProxyPath}" } },
        provider: null,
        Clock,
        Logs.CreateLogger<SdsHarness>());

    public override Task PutAsync(SecretReference reference, Secret secret)
    {
        Server.Put(reference.Key, secret);
        return Task.CompletedTask;
    }

    public override Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        switch (fault)
        {
            case StoreFault.Down:
                _proxy!.Turn(ProxyMode.Closed);
                break;
            case StoreFault.Silent:
                _proxy!.Turn(ProxyMode.Silent);
                break;
            case StoreFault.Denied:
                Server.Refuse(reference.Key, new GrpcStatus(GrpcStatusCode.InvalidArgument, "workload is not authorized for the requested identities"));
                break;
            case StoreFault.Throttled:
                Server.Refuse(reference.Key, new GrpcStatus(GrpcStatusCode.ResourceExhausted, "too many"));
                break;
            default:
                Unsound = Server.Find(reference.Key)?.Resource;
                Server.Put(reference.Key, Any.Pack(
                    new Tls.Secret { Name = reference.Key, TlsCertificate = new() { CertificateChain = new() { InlineString = Marker }, PrivateKey = new() { InlineString = Marker } } },
                    "type.googleapis.com"));
                break;
        }

        return Task.CompletedTask;
    }

    public override Task HealAsync(SecretReference reference)
    {
        Server.Refuse(reference.Key, status: null);
        _proxy!.Turn(ProxyMode.Open);
        if (Unsound is { } sound)
        {
            Unsound = null;
            Server.Put(reference.Key, sound);
        }

        return Task.CompletedTask;
    }

    public override int WatchesAtStore(SecretReference reference) => Server.Watches(reference.Key);

    public override int ReadsAtStore(SecretReference reference) => _proxy!.Accepted + Server.Opened;

    public override async ValueTask DisposeAsync()
    {
        Assert.DoesNotContain(Logs.Entries, static entry => entry.EventId.Name == "SdsStreamFailed");
        if (_proxy is { } proxy)
        {
            await proxy.DisposeAsync();
        }

        if (_server is { } server)
        {
            await server.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    // A question that is on its way the server does not know of. By the incremental variant it need not repeat what the client has.
    private bool OwesAnAnswer => Server.IsBusy || Server.Streams == 0 || (!Delta && Awaited.Any(reference => Server.Find(reference.Key) is not null));

    private Any? Unsound { get; set; }

    private string ProxyPath => Path.Combine(Server.Folder, "proxy.sock");
}
