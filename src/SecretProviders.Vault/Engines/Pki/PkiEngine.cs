using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Engines.Leases;

namespace SecretProviders.Vault.Engines.Pki;

/// <summary>
/// Certificates that Vault issues, or signs for a key that is made here or given by the host, for the names in a reference's parameters.
/// Each read creates one, so it is read when its life nears its end and not before.
/// </summary>
internal sealed class PkiEngine(string source, VaultSession session, LeaseBook leases, PkiKeys keys, bool revokes, TimeProvider timeProvider) : IVaultEngine
{
    /// <inheritdoc/>
    public bool Takes(SecretReference reference) =>
        PkiPath.IsRole(reference.Key) && !reference.Parameters.IsEmpty && !KvEncoding.IsBase64(reference);

    /// <inheritdoc/>
    public bool Mints(SecretReference reference) => true;

    /// <inheritdoc/>
    public async ValueTask<SecretState> ReadAsync(SecretReference reference, string path, SecretState? previous, CancellationToken cancellationToken)
    {
        if (PkiRequest.Check(reference) is { } problem)
        {
            return new SecretState.Invalid(problem);
        }

        if (leases.TryFind(previous?.LastGood, out var lease) && LeaseLife.Next(lease, timeProvider.GetUtcNow()) == LeaseStep.Keep)
        {
            return previous!.LastGood!;
        }

        var (key, bad) = PkiPath.IsSign(reference.Key) ? await keys.GetAsync(reference, cancellationToken).ConfigureAwait(false) : default;
        if (bad is not null)
        {
            return new SecretState.Invalid(bad);
        }

        var asked = timeProvider.GetUtcNow();
        var response = await session.SendAsync(VaultRequest.Post(path, PkiRequest.Body(reference, key?.Request)), cancellationToken).ConfigureAwait(false);
        var state = PkiReader.ReadIssued(response, reference, source, key, timeProvider.GetUtcNow());

        // Of a role that makes leases the certificate is revoked when its lease ends, and that when our token does.
        return state is SecretState.Found found && response.LeaseId.Length > 0 ? leases.Enter(reference, found, response, asked, session) : state;
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(SecretReference reference, SecretState.Found minted, CancellationToken cancellationToken)
    {
        if (!revokes || minted.Origin?.StoreVersion is not { } serial || VaultPath.TryEscape(reference.Key, out var path) is not null)
        {
            return;
        }

        var target = $"{PkiPath.MountOf(path)}/revoke";
        var body = VaultJson.WriteObject(("serial_number", VaultJson.Text(serial)));
        var response = await session.SendAsync(VaultRequest.Post(target, body) with { Repeatable = true }, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccess)
        {
            throw new SecretSourceException(
                response.Status == 403 ? SecretErrorCode.Denied : SecretErrorCode.Invalid,
                $"{response.Server} does not revoke the certificate {serial} ({response.Status}{VaultErrors.Words(response)}): grant 'update' on '{PkiPath.MountOf(reference.Key)}/revoke'; it ends by itself at {Life(minted)}.");
        }
    }

    private static string Life(SecretState.Found minted) => minted.Secret is TlsCertificate certificate ? $"{certificate.Leaf.NotAfter:u}" : "its end";
}
