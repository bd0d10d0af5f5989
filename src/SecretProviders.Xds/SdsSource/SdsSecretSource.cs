using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SecretProviders.Watching;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Core;
using SecretProviders.Xds.Protos.Discovery;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Sds;

/// <summary>
/// Serves the secrets of another SDS server. All names share a stream, or have one each; every stream keeps itself up,
/// and the connection to a server is shared.
/// </summary>
internal sealed class SdsSecretSource : SecretStateHub, ICredentialedSecretSource
{
    private const string Service = "envoy.service.secret.v3.SecretDiscoveryService";

    // Every acknowledgement of the variant lists all names of its stream.
    private const int MaxNamesByList = 256;

    // A new stream asks for all of its names at once, twice with the versions that are held: of the longest names that is half
    // of what servers of gRPC's own libraries read.
    private const int MaxNamesByDelta = 1000;

    private static readonly GrpcMethod<DiscoveryRequest, DiscoveryResponse> StreamSecrets = new(Service, "StreamSecrets", DiscoveryResponse.Parser);
    private static readonly GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse> DeltaSecrets = new(Service, "DeltaSecrets", DeltaDiscoveryResponse.Parser);

    private readonly Channel<IUpstreamStream> _created = Channel.CreateUnbounded<IUpstreamStream>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CredentialReader _credentials;
    private readonly StreamSettings _settings;
    private readonly UpstreamStreams _streams;
    private readonly FileWatcher? _files;
    private readonly bool _delta;

    /// <summary>Makes a source.</summary>
    /// <param name="name">Its configured name.</param>
    /// <param name="options">Its options, judged already.</param>
    /// <param name="provider">The provider that the source belongs to, for its own credentials; or null.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Its logger.</param>
    public SdsSecretSource(string name, SdsSecretSourceOptions options, Func<ISecretProvider>? provider, TimeProvider timeProvider, ILogger logger)
        : base(name, options.Timeout, timeProvider, logger)
    {
        _credentials = new CredentialReader(name, provider);
        _delta = options.Delta;
        _files = options.AllowFilenames ? new FileWatcher(timeProvider, logger) : null;
        CredentialSecrets = [.. SecretsOf(options.Tls)];
        var node = new Node { Id = options.NodeId, Cluster = options.NodeCluster, UserAgentName = "secretproviders" };
        _settings = new StreamSettings(
            new SubscriptionSettings(name, node, options.AbsentAfter, options.Timeout, options.AllowFilenames ? WatchFiles : null),
            [.. options.Addresses.Select(address => new UpstreamServer(address, Connect(address, options), options.Timeout, timeProvider))],
            options.Timeout,
            timeProvider,
            Logger);
        _streams = new UpstreamStreams(options.PerName, options.Delta ? MaxNamesByDelta : MaxNamesByList, Create, Publish);
    }

    /// <inheritdoc/>
    public ImmutableArray<string> CredentialSecrets { get; }

    /// <summary>Asks servers that are away, or that refuse, at once; one that answers tells of every change by itself.</summary>
    /// <inheritdoc/>
    public override ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        _streams.Reconnect(reference);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override void OnFirstWatcher(SecretReference reference)
    {
        if (ResourceName.Fault(reference) is { } fault)
        {
            Publish(reference, new SecretState.Invalid(new SecretProblem(SecretProblemCode.BadName, fault)));
            return;
        }

        _streams.Watch(reference);
    }

    /// <inheritdoc/>
    protected override void OnLastWatcher(SecretReference reference) => _streams.Release(reference);

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stopping)
    {
        var running = new List<Task>();
        try
        {
            await foreach (var stream in _created.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
            {
                running.RemoveAll(static task => task.IsCompleted);
                running.Add(stream.RunAsync(stopping));
            }
        }
        finally
        {
            while (_created.Reader.TryRead(out var late))
            {
                // Names may have moved to it with the files that they name: those must be left.
                running.Add(late.RunAsync(stopping));
            }

            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask DisposeCoreAsync()
    {
        foreach (var server in _settings.Servers)
        {
            server.Dispose();
        }

        _files?.Dispose();
        await _credentials.DisposeAsync().ConfigureAwait(false);
        await base.DisposeCoreAsync().ConfigureAwait(false);
    }

    private NamedFiles WatchFiles(Tls.Secret message, string place, bool isFound) =>
        new(message, place, isFound, _files!, TimeProvider, () => _streams.Reread(message.Name));

    private static IEnumerable<string> SecretsOf(StoreTlsOptions tls) =>
        new[] { tls.Ca?.Secret, tls.Certificate?.Secret }.OfType<string>().Distinct(StringComparer.Ordinal);

    private GrpcChannel Connect(string address, SdsSecretSourceOptions options)
    {
        var parsed = GrpcAddress.Parse(address);
        var connector = new StoreConnector(options.Tls, _credentials, TimeProvider, parsed.SocketPath);
        return new GrpcChannel(address, new GrpcChannelOptions
        {
            Connect = connector.ConnectAsync,
            ConnectTimeout = options.Timeout,
            KeepAlive = options.KeepAlive,
            MaxMessageSize = options.MaxResponseBytes,
            MessageTimeout = options.Timeout,
            TimeProvider = TimeProvider,
        });
    }

    private IUpstreamStream Create(IReadOnlyList<SubscribedName> names, IStreamOwner owner)
    {
        IUpstreamStream stream = _delta
            ? Create(new DeltaSubscription(_settings.Subscription), DeltaSecrets, names, owner)
            : Create(new StateOfTheWorldSubscription(_settings.Subscription), StreamSecrets, names, owner);
        _created.Writer.TryWrite(stream);
        return stream;
    }

    private UpstreamStream<TRequest, TResponse> Create<TRequest, TResponse>(
        WireSubscription<TRequest, TResponse> subscription, GrpcMethod<TRequest, TResponse> method, IReadOnlyList<SubscribedName> names, IStreamOwner owner)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>
        where TResponse : class, Google.Protobuf.IMessage<TResponse>
    {
        foreach (var name in names)
        {
            subscription.Adopt(name);
        }

        return new UpstreamStream<TRequest, TResponse>(subscription, method, _settings, owner);
    }
}
