using System.Collections.Immutable;
using SecretProviders.Credentials;

namespace SecretProviders;

/// <summary>
/// Reads the credentials of one source. A secret of the provider is subscribed to from its first read until disposal,
/// so that it stays current and outlives an outage of its store like any other. Safe for use by any number of threads.
/// </summary>
public sealed class CredentialReader : IAsyncDisposable
{
    private readonly string _source;
    private readonly Func<ISecretProvider>? _provider;
    private readonly Lock _gate = new();
    private ISecretSubscription? _subscription;
    private ImmutableHashSet<string> _names = [];
    private bool _disposed;

    /// <summary>Makes a reader.</summary>
    /// <param name="source">The source's name, for messages and as the name of the consumer.</param>
    /// <param name="provider">
    /// Returns the provider that the source belongs to, asked at the first read, since sources are made before their
    /// provider; null when there is none.
    /// </param>
    public CredentialReader(string source, Func<ISecretProvider>? provider = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        _provider = provider;
    }

    /// <summary>Reads a token, password or JWT.</summary>
    /// <param name="credential">Where it is.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="SecretSourceException">There is none now: the message says where, and what to do.</exception>
    public async ValueTask<SensitiveBytes> ReadValueAsync(SecretCredential credential, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credential);
        if (credential.Path is not null)
        {
            return CredentialFiles.ReadText(credential, _source);
        }

        return await ReadSecretAsync(credential, cancellationToken).ConfigureAwait(false) is GenericSecret generic
            ? Choose(generic, credential)
            : throw Unusable(credential, "is not a generic secret, but a text is needed; give its route kind: generic");
    }

    /// <summary>Reads a client certificate with its key.</summary>
    /// <inheritdoc cref="ReadValueAsync"/>
    public async ValueTask<TlsCertificate> ReadCertificateAsync(SecretCredential credential, CancellationToken cancellationToken = default) =>
        await ReadAsync(credential, SecretKind.TlsCertificate, cancellationToken).ConfigureAwait(false) as TlsCertificate
            ?? throw Unusable(credential, "is not a TLS certificate; name one");

    /// <summary>Reads trust in the store's certificate.</summary>
    /// <inheritdoc cref="ReadValueAsync"/>
    public async ValueTask<ValidationContext> ReadTrustAsync(SecretCredential credential, CancellationToken cancellationToken = default) =>
        await ReadAsync(credential, SecretKind.ValidationContext, cancellationToken).ConfigureAwait(false) as ValidationContext
            ?? throw Unusable(credential, "is not a validation context; name one, or give its route kind: validationContext");

    /// <summary>Ends the subscription.</summary>
    public ValueTask DisposeAsync()
    {
        ISecretSubscription? subscription;
        lock (_gate)
        {
            _disposed = true;
            subscription = _subscription;
            _subscription = null;
        }

        return subscription?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private async ValueTask<Secret> ReadAsync(SecretCredential credential, SecretKind kind, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return credential.Path is null
            ? await ReadSecretAsync(credential, cancellationToken).ConfigureAwait(false)
            : CredentialFiles.Read(credential, kind, _source);
    }

    private async ValueTask<Secret> ReadSecretAsync(SecretCredential credential, CancellationToken cancellationToken)
    {
        if (_provider is null)
        {
            throw Unusable(credential, "cannot be read, since the source belongs to no provider; name a file");
        }

        var provider = _provider();
        Hold(provider, credential.Secret!);
        var snapshot = await provider.GetAsync(credential.Secret!, cancellationToken).ConfigureAwait(false);
        return snapshot.Secret
            ?? throw Unusable(credential, snapshot.Problem is { } problem ? $"is {snapshot.Status} ({problem})" : $"is {snapshot.Status}");
    }

    private void Hold(ISecretProvider provider, string name)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_names.Contains(name))
            {
                return;
            }

            _names = _names.Add(name);
            if (_subscription is null)
            {
                _subscription = provider.Subscribe(new SecretConsumer($"source {_source}"), name);
            }
            else
            {
                _subscription.Update([name], []);
            }
        }
    }

    private SensitiveBytes Choose(GenericSecret secret, SecretCredential credential)
    {
        if (credential.Field is { } field)
        {
            return secret.Fields.GetValueOrDefault(field)
                ?? throw Unusable(credential, $"has no field '{field}'; it has: {string.Join(", ", secret.Fields.Keys)}");
        }

        return secret.Value
            ?? (secret.Fields.Count == 1
                ? secret.Fields.First().Value
                : throw Unusable(credential, $"has several fields; name one of: {string.Join(", ", secret.Fields.Keys)}"));
    }

    private SecretSourceException Unusable(SecretCredential credential, string problem) =>
        new(SecretErrorCode.Unavailable, $"The credential of source '{_source}', {credential}, {problem}.");
}
