using Microsoft.Extensions.Logging;
using SecretProviders.Xds.Protos.Workload;

namespace SecretProviders.Spiffe;

/// <summary>
/// Identities and trust from the SPIFFE Workload API: a stream of SVIDs and a stream of bundles over one connection,
/// each with a life of its own, since trust may be had without an identity.
/// </summary>
internal sealed partial class SpiffeSecretSource : IRefreshableSecretSource
{
    private readonly SpiffeSecretSourceOptions _options;
    private readonly WorkloadApi _api;
    private readonly WorkloadStream<X509SVIDRequest, X509SVIDResponse> _svids;
    private readonly WorkloadStream<X509BundlesRequest, X509BundlesResponse> _bundles;

    public SpiffeSecretSource(string name, SpiffeSecretSourceOptions options, TimeProvider timeProvider, ILogger<SpiffeSecretSource> logger)
    {
        _options = options;
        _api = new WorkloadApi(options.Socket ?? string.Empty, options.Timeout, timeProvider);
        var bundles = new BundleReader(name, options.FlatBundles);

        // An agent that answers one stream is back for the other too.
        _svids = new(name, options, _api, WorkloadApi.FetchX509Svid, new SvidReader(name, bundles).Read, SvidReader.Wipe, () => _bundles?.Reconnect(), timeProvider, logger);
        _bundles = new(name, options, _api, WorkloadApi.FetchX509Bundles, bundles.Read, static _ => { }, () => _svids.Reconnect(), timeProvider, logger);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<SecretState> WatchAsync(SecretReference reference, CancellationToken cancellationToken = default) =>
        Of(reference).WatchAsync(reference, cancellationToken);

    /// <summary>Asks an agent that is away at once; one that answers tells of every change by itself.</summary>
    /// <inheritdoc/>
    public ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        _svids.Reconnect();
        _bundles.Reconnect();
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends both streams, and then their connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _svids.DisposeAsync().ConfigureAwait(false);
        await _bundles.DisposeAsync().ConfigureAwait(false);
        _api.Dispose();
    }

    // A key that is not understood is told so by either stream, which need not be open for it.
    private SecretStateHub Of(SecretReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return SpiffeKey.TryParse(reference, _options.FlatBundles, out var key, out _) && key.IsBundle ? _bundles : _svids;
    }
}
