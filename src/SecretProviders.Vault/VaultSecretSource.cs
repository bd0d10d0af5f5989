using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Engines;
using SecretProviders.Vault.Engines.Leases;
using SecretProviders.Vault.Engines.Pki;

namespace SecretProviders.Vault;

/// <summary>Serves secrets of Vault or OpenBao: judges the key, finds the engine and lets it read.</summary>
internal sealed class VaultSecretSource : PollingSecretSource, ICredentialedSecretSource, IMintingSecretSource
{
    // What was created and cannot be used is not created again at each poll.
    private static readonly TimeSpan AfterMintingInVain = TimeSpan.FromMinutes(5);

    private readonly LeaseBook _leases = new();
    private readonly CredentialReader _credentials;
    private readonly VaultClient _client;
    private readonly VaultSession _session;
    private readonly LeaseEngine _leased;
    private readonly LeaseReplacement _replacement;
    private readonly ImmutableArray<IVaultEngine> _engines;

    /// <summary>Makes a source; nothing is sent before the first watcher.</summary>
    /// <param name="name">The source's configured name.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="provider">Returns the provider that the source belongs to, for its credentials; null when there is none.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The source's logger.</param>
    public VaultSecretSource(string name, VaultSecretSourceOptions options, Func<ISecretProvider>? provider, TimeProvider timeProvider, ILogger logger)
        : base(name, options.Poll, options.Timeout, timeProvider, logger)
    {
        CredentialSecrets = CredentialsOf(options);
        _credentials = new CredentialReader(name, provider);
        var tls = new StoreTlsOptions { Ca = options.Tls.Ca, Certificate = options.Auth.Certificate?.Certificate ?? options.Tls.Certificate, ServerName = options.Tls.ServerName };
        var connections = new VaultConnections(new StoreConnector(tls, _credentials, timeProvider));
        ImmutableArray<Uri> addresses = [.. options.Addresses.Select(static address => new Uri(address))];
        _client = new VaultClient(name, addresses, options.Namespace?.Trim('/'), options.Timeout, connections, timeProvider, Logger);
        _replacement = new LeaseReplacement(_leases, reference => base.RefreshAsync(reference).AsTask(), timeProvider);
        _session = new VaultSession(name, _client, CreateAuth(options.Auth, _credentials, timeProvider), options.Timeout, timeProvider, Logger) { TokenReplaced = _replacement.Start };
        _leased = new LeaseEngine(name, _session, _leases, options.RevokeLeases, timeProvider, Logger);
        _engines =
        [
            new PkiEngine(name, _session, _leases, new PkiKeys(options.SigningKey), options.RevokeCertificates, timeProvider),
            new PkiTrustEngine(name, _session, timeProvider),
            _leased,
            new KvEngine(name, _session, _leases, timeProvider),
        ];
    }

    /// <inheritdoc/>
    public ImmutableArray<string> CredentialSecrets { get; }

    /// <inheritdoc/>
    public bool Mints(SecretReference reference) => EngineOf(reference).Mints(reference);

    /// <inheritdoc/>
    public override ValueTask RefreshAsync(SecretReference? reference = null, CancellationToken cancellationToken = default)
    {
        // Who asks for one of them anew does not want a longer life for the one there is.
        if (reference is not null)
        {
            _leases.Refuse(reference);
        }

        return base.RefreshAsync(reference, cancellationToken);
    }

    /// <inheritdoc/>
    protected override ValueTask<SecretState> FetchAsync(SecretReference reference, SecretState? previous, CancellationToken cancellationToken)
    {
        if (VaultPath.TryEscape(reference.Key, out var path) is { } problem)
        {
            return ValueTask.FromResult<SecretState>(new SecretState.Invalid(problem));
        }

        return EngineOf(reference, previous?.LastGood).ReadAsync(reference, path, previous, cancellationToken);
    }

    /// <inheritdoc/>
    protected override DateTimeOffset? NextRead(SecretReference reference, SecretState state, DateTimeOffset now)
    {
        // Its token, or what somebody wants, changed while it was under way.
        if (state is SecretState.Found found && !IsStillGood(reference, found))
        {
            return now;
        }

        // Refused with the login, perhaps: its next try is not as far away as a poll may be.
        var next = base.NextRead(reference, state, now);
        if (state is SecretState.Denied && _session.NextLogin is { } login && login < next)
        {
            return login;
        }

        var isInVain = state is SecretState.Invalid { Problem.Code: not (SecretProblemCode.BadName or SecretProblemCode.WrongKind) } && Mints(reference);
        return isInVain && next < now + AfterMintingInVain ? now + AfterMintingInVain : next;
    }

    /// <inheritdoc/>
    protected override bool IsStillGood(SecretReference reference, SecretState.Found kept) => !_leases.TryFind(kept, out var lease) || !lease.IsUnwanted;

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync(SecretReference reference, SecretState.Found minted, CancellationToken cancellationToken) =>
        EngineOf(reference, minted).ReleaseAsync(reference, minted, cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask DisposeCoreAsync()
    {
        await base.DisposeCoreAsync().ConfigureAwait(false);
        await _replacement.DisposeAsync().ConfigureAwait(false);
        await _session.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
        await _credentials.DisposeAsync().ConfigureAwait(false);
    }

    // What turned out to have a lease is renewed as such, whatever its path looks like; only KV decodes.
    private IVaultEngine EngineOf(SecretReference reference, SecretState.Found? found = null)
    {
        var engine = _engines.First(engine => engine.Takes(reference));
        return engine is KvEngine && !KvEncoding.IsBase64(reference) && _leases.TryFind(found, out _) ? _leased : engine;
    }

    private static IVaultAuth CreateAuth(VaultAuthOptions options, CredentialReader credentials, TimeProvider timeProvider) => options switch
    {
        { AppRole: { } appRole } => new AppRoleVaultAuth(appRole, credentials, timeProvider),
        { Kubernetes: { } kubernetes } => new KubernetesVaultAuth(kubernetes, credentials, timeProvider),
        { Jwt: { } jwt } => new JwtVaultAuth(jwt, credentials, timeProvider),
        { Certificate: { } certificate } => new CertificateVaultAuth(certificate, credentials, timeProvider),
        _ => new TokenVaultAuth(options.Token!, credentials, timeProvider),
    };

    private static ImmutableArray<string> CredentialsOf(VaultSecretSourceOptions options)
    {
        SecretCredential?[] credentials =
        [
            options.Tls.Ca, options.Tls.Certificate, options.Auth.Token, options.Auth.AppRole?.SecretId, options.Auth.Kubernetes?.Jwt, options.Auth.Jwt?.Jwt, options.Auth.Certificate?.Certificate,
        ];
        return [.. credentials.Select(static credential => credential?.Secret).OfType<string>().Distinct()];
    }
}
