using System.Globalization;
using Microsoft.Extensions.Logging;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Engines.Leases;

/// <summary>
/// What engines make for each read and take back at the end of a lease (database, cloud and messaging credentials):
/// generic secrets, with the lease renewed as long as Vault renews it, and replaced before the end of that.
/// </summary>
internal sealed partial class LeaseEngine(string source, VaultSession session, LeaseBook leases, bool revokes, TimeProvider timeProvider, ILogger logger) : IVaultEngine
{
    /// <inheritdoc/>
    public bool Takes(SecretReference reference) => LeasePath.IsDynamic(reference.Key) && !KvEncoding.IsBase64(reference);

    /// <inheritdoc/>
    public bool Mints(SecretReference reference) => LeasePath.Mints(reference.Key);

    /// <inheritdoc/>
    public async ValueTask<SecretState> ReadAsync(SecretReference reference, string path, SecretState? previous, CancellationToken cancellationToken)
    {
        if (reference.Version is not null)
        {
            return new SecretState.Invalid(new SecretProblem(SecretProblemCode.BadName, $"'{reference.Key}' makes something new for each read and has no versions: remove the reference's version."));
        }

        return await KeepAsync(reference, previous, cancellationToken).ConfigureAwait(false)
            ?? await CreateAsync(reference, path, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(SecretReference reference, SecretState.Found minted, CancellationToken cancellationToken)
    {
        if (!revokes || !leases.TryFind(minted, out var lease))
        {
            return;
        }

        var body = VaultJson.WriteObject(("lease_id", VaultJson.Text(lease.Id)));
        var response = await session.SendAsync(VaultRequest.Post("sys/leases/revoke", body) with { Repeatable = true }, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccess)
        {
            throw new SecretSourceException(
                response.Status == 403 ? SecretErrorCode.Denied : SecretErrorCode.Invalid,
                $"{response.Server} does not revoke the lease of '{reference.Key}' ({response.Status}{VaultErrors.Words(response)}): grant 'update' on 'sys/leases/revoke'; it ends by itself at {lease.End:u}.");
        }
    }

    /// <summary>Keeps what we have, with a longer life if need be: null when something new is to take its place.</summary>
    private async ValueTask<SecretState.Found?> KeepAsync(SecretReference reference, SecretState? previous, CancellationToken cancellationToken)
    {
        if (!leases.TryFind(previous?.LastGood, out var lease))
        {
            return null;
        }

        return LeaseLife.Next(lease, timeProvider.GetUtcNow()) switch
        {
            LeaseStep.Keep => previous!.LastGood,
            LeaseStep.Renew => await RenewAsync(reference, previous!.LastGood!, lease, cancellationToken).ConfigureAwait(false),
            _ => null,
        };
    }

    private async ValueTask<SecretState.Found?> RenewAsync(SecretReference reference, SecretState.Found found, Lease lease, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var body = VaultJson.WriteObject(
            ("lease_id", VaultJson.Text(lease.Id)),
            ("increment", VaultJson.Text(lease.FullTtl.TotalSeconds.ToString(CultureInfo.InvariantCulture))));
        var response = await session.SendAsync(VaultRequest.Post("sys/leases/renew", body) with { Repeatable = true }, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccess && response.LeaseDuration > TimeSpan.Zero)
        {
            return leases.Enter(found, LeaseLife.Renewed(lease, response.LeaseDuration, response.Renewable, now));
        }

        // Not found, not renewable, past its last end, or not allowed: whichever it is, new ones are the way on.
        NotRenewed(logger, source, reference, $"{response.Server}: {response.Status}{VaultErrors.Words(response)}");
        return null;
    }

    private async ValueTask<SecretState> CreateAsync(SecretReference reference, string path, CancellationToken cancellationToken)
    {
        var asked = timeProvider.GetUtcNow();
        var response = await session.SendAsync(Question(reference, path), cancellationToken).ConfigureAwait(false);
        if (response.Status == 403)
        {
            return VaultErrors.Refusal(response, reference.Key, $"'{(reference.Parameters.IsEmpty ? "read" : "update")}' on '{reference.Key}'");
        }

        // Credentials are never a certificate, which is what bytes of no kind would be taken for; the parameters were Vault's.
        var wanted = reference with { Kind = reference.Kind ?? SecretKind.Generic, Parameters = reference.Parameters.Clear() };
        var state = KvReader.ReadData(response, wanted, source, timeProvider.GetUtcNow()).State;
        if (state is not SecretState.Found found)
        {
            return state;
        }

        return response.LeaseId.Length > 0 ? leases.Enter(reference, found, response, asked, session) : LeasePath.WithoutCountdown(reference, found);
    }

    // Asked twice, it would make two: so it is not repeatable.
    private static VaultRequest Question(SecretReference reference, string path) =>
        reference.Parameters.IsEmpty
            ? VaultRequest.Get(path) with { Repeatable = false }
            : VaultRequest.Post(path, VaultJson.WriteObject([.. reference.Parameters.Select(static parameter => (parameter.Key, (SensitiveBytes?)VaultJson.Text(parameter.Value)))]));
}
