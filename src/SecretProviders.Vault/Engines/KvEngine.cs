using System.Globalization;
using System.Runtime.CompilerServices;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;
using SecretProviders.Vault.Engines.Leases;

namespace SecretProviders.Vault.Engines;

/// <summary>
/// KV, version 1 and 2. Of v2 the metadata is polled, and the data is read only when there is another version; where
/// the policy does not grant the metadata, and of v1, the data itself is polled, and the metadata of v2 tried now and then.
/// </summary>
internal sealed class KvEngine(string source, VaultSession session, LeaseBook leases, TimeProvider timeProvider) : IVaultEngine
{
    private const string DataSegment = "/data/";
    private const string MetadataSegment = "/metadata/";

    // What keeps the metadata from telling may pass, as a policy that somebody corrects.
    private const int PollsUntilNextLook = 10;

    // A find that was made here, to the version it is. Whoever lost it reads the data, which is never wrong.
    private readonly ConditionalWeakTable<SecretState.Found, Poll> _polls = [];

    /// <inheritdoc/>
    public bool Takes(SecretReference reference) => true;

    /// <inheritdoc/>
    public async ValueTask<SecretState> ReadAsync(SecretReference reference, string path, SecretState? previous, CancellationToken cancellationToken)
    {
        if (Check(reference) is { } problem)
        {
            return new SecretState.Invalid(problem);
        }

        Poll? poll = null;
        if (IsComparable(previous) && _polls.TryGetValue(previous!.LastGood!, out poll) && poll.UntilLook == 0)
        {
            switch (await LookAsync(reference, path, poll.Stamp, cancellationToken).ConfigureAwait(false))
            {
                case true:
                    return previous.LastGood!;
                case null:
                    poll = poll with { UntilLook = PollsUntilNextLook };
                    break;
            }
        }

        return await ReadDataAsync(reference, path, previous, poll, cancellationToken).ConfigureAwait(false);
    }

    private static SecretProblem? Check(SecretReference reference) =>
        reference.Version is { } version && !(long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
            ? new SecretProblem(SecretProblemCode.BadName, $"'{reference.Key}': the version '{version}' is not a number from 1 on, as KV version 2 has them: correct it.")
            : KvEncoding.Check(reference);

    // After a refusal only the data tells whether it is over.
    private static bool IsComparable(SecretState? previous) => previous is SecretState.Found or SecretState.Unavailable { LastGood: not null };

    /// <summary>Looks at the metadata: true when the version is the one we have, false when it is another, null when only the data can tell.</summary>
    private async ValueTask<bool?> LookAsync(SecretReference reference, string path, KvStamp stamp, CancellationToken cancellationToken)
    {
        // The first segment of this name is the API's, unless somebody mounted an engine under such a name; then the data is polled.
        var at = path.IndexOf(DataSegment, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var metadata = string.Concat(path.AsSpan(0, at), MetadataSegment, path.AsSpan(at + DataSegment.Length));
        var response = await session.SendAsync(VaultRequest.Get(metadata), cancellationToken).ConfigureAwait(false);
        return KvReader.ReadMetadata(response, reference.Version) is { IsThere: true } version ? version.Stamp == stamp : null;
    }

    private async ValueTask<SecretState> ReadDataAsync(SecretReference reference, string path, SecretState? previous, Poll? poll, CancellationToken cancellationToken)
    {
        var request = VaultRequest.Get(path) with { Query = reference.Version is { } version ? $"version={version}" : null };
        var asked = timeProvider.GetUtcNow();
        var response = await session.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var answer = KvReader.ReadData(response, reference, source, timeProvider.GetUtcNow());
        if (answer.State is SecretState.Found leased && response.LeaseId.Length > 0)
        {
            // No KV, though its path does not show it: to look again would create it again.
            return leases.Enter(reference, leased, response, asked, session);
        }

        if (answer is not { State: SecretState.Found found, Stamp: { } stamp })
        {
            return answer.State;
        }

        var kept = poll?.Stamp == stamp ? previous!.LastGood! : found;
        _polls.AddOrUpdate(kept, new Poll(stamp, poll is { UntilLook: > 0 and var left } ? left - 1 : 0));
        return kept;
    }

    // The data is read at so many polls before the metadata is looked at again.
    private sealed record Poll(KvStamp Stamp, int UntilLook);
}
