using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Engines;

namespace SecretProviders.Vault;

/// <summary>Serves secrets of Vault or OpenBao: judges the key, finds the engine and lets it read.</summary>
internal sealed class VaultSecretSource : PollingSecretSource, ICredentialedSecretSource
{
    private readonly CredentialReader _credentials;
    private readonly VaultClient _client;
    private readonly VaultSession _session;
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
        var tls = new StoreTlsOptions { Ca = options.Ca, Certificate = options.Auth.Certificate?.Certificate, ServerName = options.ServerName };
        var connections = new VaultConnections(new StoreConnector(tls, _credentials, timeProvider));
        ImmutableArray<Uri> addresses = [.. options.Addresses.Select(static address => new Uri(address))];
        _client = new VaultClient(name, addresses, options.Namespace?.Trim('/'), options.Timeout, connections, timeProvider, logger);
        _session = new VaultSession(name, _client, CreateAuth(options.Auth, _credentials, timeProvider), options.Timeout, timeProvider, logger);
        _engines = [new KvEngine(name, _session, timeProvider)];
    }

    /// <inheritdoc/>
    public ImmutableArray<string> CredentialSecrets { get; }

    /// <inheritdoc/>
    protected override ValueTask<SecretState> FetchAsync(SecretReference reference, SecretState? previous, CancellationToken cancellationToken)
    {
        if (VaultPath.TryEscape(reference.Key, out var path) is { } problem)
        {
            return ValueTask.FromResult<SecretState>(new SecretState.Invalid(problem));
        }

        return _engines.First(engine => engine.Takes(reference)).ReadAsync(reference, path, previous, cancellationToken);
    }

    /// <inheritdoc/>
    protected override async ValueTask DisposeCoreAsync()
    {
        await base.DisposeCoreAsync().ConfigureAwait(false);
        await _session.DisposeAsync().ConfigureAwait(false);
        _client.Dispose();
        await _credentials.DisposeAsync().ConfigureAwait(false);
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
            options.Ca, options.Auth.Token, options.Auth.AppRole?.SecretId, options.Auth.Kubernetes?.Jwt, options.Auth.Jwt?.Jwt, options.Auth.Certificate?.Certificate,
        ];
        return [.. credentials.Select(static credential => credential?.Secret).OfType<string>().Distinct()];
    }
}
