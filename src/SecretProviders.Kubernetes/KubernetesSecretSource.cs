using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SecretProviders.Kubernetes.Client;
using SecretProviders.Kubernetes.Material;
using SecretProviders.Kubernetes.Permissions;
using SecretProviders.Kubernetes.References;
using SecretProviders.Kubernetes.Watching;

namespace SecretProviders.Kubernetes;

/// <summary>Serves Secrets, trust in ConfigMaps and ClusterTrustBundles of a cluster, by watches that many references share.</summary>
internal sealed class KubernetesSecretSource : SecretStateHub
{
    private readonly IKubernetesClient _client;
    private readonly NamespaceList _namespaces;
    private readonly ObjectCatalogue _catalogue;
    private readonly KubernetesReader _reader;
    private readonly ConcurrentDictionary<SecretReference, ReferenceWatch> _watches = new();

    /// <summary>Makes a source.</summary>
    /// <param name="name">Its configured name.</param>
    /// <param name="options">Its settings, which are sound.</param>
    /// <param name="client">The API server; disposed with the source.</param>
    /// <param name="ownNamespace">The namespace of the context or of the pod.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The logger.</param>
    public KubernetesSecretSource(
        string name, KubernetesSecretSourceOptions options, IKubernetesClient client, string ownNamespace, TimeProvider timeProvider, ILogger logger)
        : base(name, options.Timeout, timeProvider, logger)
    {
        _client = client;
        _namespaces = new NamespaceList(options.Namespaces, ownNamespace);
        _reader = new KubernetesReader(name);
        _catalogue = new ObjectCatalogue(
            new WatchSettings(client, new AccessProver(client), options.Recheck, timeProvider, Logger), new FeedPlan(options, _namespaces));
    }

    /// <inheritdoc/>
    public override async ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        var asked = reference is null ? _watches.Values : _watches.TryGetValue(reference, out var one) ? [one] : [];
        await _catalogue.RefreshAsync(asked.SelectMany(static watch => watch.Dependencies)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void OnFirstWatcher(SecretReference reference)
    {
        if (!KubernetesKey.TryParse(reference, _namespaces, out var key, out var problem))
        {
            Publish(reference, new SecretState.Invalid(problem));
            return;
        }

        var watch = new ReferenceWatch(new ReferenceResolver(_reader, key, reference), _catalogue, state => Publish(reference, state));
        _watches[reference] = watch;
        watch.Start();
    }

    /// <inheritdoc/>
    protected override void OnLastWatcher(SecretReference reference)
    {
        if (_watches.TryRemove(reference, out var watch))
        {
            watch.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask DisposeCoreAsync()
    {
        await _catalogue.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
        await base.DisposeCoreAsync().ConfigureAwait(false);
    }
}
