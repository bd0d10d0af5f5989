using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SecretProviders.ConformanceTests;
using SecretProviders.Sds;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Tests.SdsSource;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Interop.Tests.Sds;

/// <summary>A server of other people's making, behind a proxy that can cut the way to it.</summary>
public abstract class SdsServerHarness : SecretSourceHarness
{
    private const int MaxGlances = 200;
    private const int InvalidArgument = 3;
    private const int ResourceExhausted = 8;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sds-peer-");
    private readonly Dictionary<string, Secret> _stored = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unsound = new(StringComparer.Ordinal);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);
    private bool _isOpen = true;
    private SdsServerProcess? _server;
    private SocketProxy? _proxy;

    public override ImmutableArray<SecretKind> Kinds =>
        [SecretKind.TlsCertificate, SecretKind.ValidationContext, SecretKind.SessionTicketKeys, SecretKind.Generic];

    public override ImmutableDictionary<SourceAbility, string> Gaps => ImmutableDictionary<SourceAbility, string>.Empty
        .Add(SourceAbility.CountWatches, "The server does not tell what it is asked for.");

    // A process of its own takes its time, so the clock stands still while the source waits for a connection or an answer.
    public override ImmutableArray<TimeSpan> AnswerDeadlines => SdsDeadlines.Of(this, OwesAnAnswer);

    protected abstract bool Delta { get; }

    private protected SdsServerProcess Server => _server!;

    // By the incremental variant a server need not repeat what the client has.
    private bool OwesAnAnswer => _isOpen && !Delta && Awaited.Any(reference => _stored.ContainsKey(reference.Key));

    private string ProxyPath => Path.Combine(_folder.FullName, "proxy.sock");

    public override async ValueTask StartAsync()
    {
        var socket = Path.Combine(_folder.FullName, "sds.sock");
        _server = await SdsServerProcess.StartAsync(Start(socket));
        _proxy = new SocketProxy(ProxyPath, socket);
    }

    public override ISecretSource CreateSource() => new SdsSecretSource(
        "upstream",
        new SdsSecretSourceOptions { Delta = Delta, AbsentAfter = SdsDeadlines.AbsentAfter, Addresses = { $"unix:{ProxyPath}" } },
        provider: null,
        Clock,
        Logs.CreateLogger<SdsServerHarness>());

    public override Task PutAsync(SecretReference reference, Secret secret)
    {
        _stored[reference.Key] = secret;
        return Server.PutAsync(reference.Key, secret);
    }

    public override async Task BreakAsync(SecretReference reference, StoreFault fault)
    {
        _isOpen = fault is not (StoreFault.Down or StoreFault.Silent);
        switch (fault)
        {
            case StoreFault.Down:
                _proxy!.Turn(ProxyMode.Closed);
                break;
            case StoreFault.Silent:
                _proxy!.Turn(ProxyMode.Silent);
                break;
            case StoreFault.Denied:
                await Server.RefuseAsync(reference.Key, InvalidArgument);
                break;
            case StoreFault.Throttled:
                await Server.RefuseAsync(reference.Key, ResourceExhausted);
                break;
            default:
                _unsound.Add(reference.Key);
                await Server.PutAsync(reference.Key, new Tls.Secret
                {
                    Name = reference.Key,
                    TlsCertificate = new() { CertificateChain = new() { InlineString = Marker }, PrivateKey = new() { InlineString = Marker } },
                });
                break;
        }
    }

    public override async Task HealAsync(SecretReference reference)
    {
        if (Can(StoreFault.Denied))
        {
            await Server.RefuseAsync(reference.Key, 0);
        }

        _isOpen = true;
        _proxy!.Turn(ProxyMode.Open);

        // Only what was broken: after an outage the server holds what it held, and may have nothing to say of it.
        if (_unsound.Remove(reference.Key))
        {
            await Server.PutAsync(reference.Key, _stored[reference.Key]);
        }
    }

    /// <summary>Leaves the server time, which is a process of its own, before the clock moves past a silence.</summary>
    public override async Task SettleAsync()
    {
        for (var glance = 0; glance < MaxGlances && _isOpen && !await Server.IsIdleAsync(); glance++)
        {
            await Task.Delay(Glance, TimeProvider.System);
        }

        await base.SettleAsync();
    }

    public override int ReadsAtStore(SecretReference reference) => _proxy!.Accepted;

    public override async ValueTask DisposeAsync()
    {
        if (_proxy is { } proxy)
        {
            await proxy.DisposeAsync();
        }

        if (_server is { } server)
        {
            await server.DisposeAsync();
        }

        _folder.Delete(recursive: true);
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected abstract ClientProcess Start(string socket);
}
