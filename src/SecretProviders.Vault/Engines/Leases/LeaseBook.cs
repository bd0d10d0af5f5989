using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using SecretProviders.Vault.Auth;
using SecretProviders.Vault.Client;

namespace SecretProviders.Vault.Engines.Leases;

/// <summary>Remembers the lease of each find that has one, for as long as somebody holds the find. Safe for use by any number of threads.</summary>
internal sealed class LeaseBook
{
    private readonly ConditionalWeakTable<SecretState.Found, Lease> _leases = [];

    /// <summary>Enters what a read created.</summary>
    /// <param name="reference">What was read.</param>
    /// <param name="found">What was found.</param>
    /// <param name="response">The answer; it has a lease.</param>
    /// <param name="asked">When the question was sent.</param>
    /// <param name="session">Who asked it.</param>
    /// <returns>The find, minted and with the end of its lease.</returns>
    public SecretState.Found Enter(SecretReference reference, SecretState.Found found, VaultResponse response, DateTimeOffset asked, VaultSession session)
    {
        var lease = new Lease(response.LeaseId, reference)
        {
            Since = asked,
            Ttl = response.LeaseDuration,
            FullTtl = response.LeaseDuration,
            Renewable = response.Renewable,
        };
        var entered = Enter(found, lease);

        // In this order: a token that is replaced after this look meets the lease in the book.
        if (!session.IsOfLatestToken(response))
        {
            lease.Refuse();
        }

        return entered;
    }

    /// <summary>Enters a lease that has another life now.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="lease">Its lease of now.</param>
    public SecretState.Found Enter(SecretState.Found found, Lease lease)
    {
        // A lease without a length ends with the token.
        var entered = found with { Minted = true, ValidUntil = lease.Ttl > TimeSpan.Zero ? lease.End : null };
        _leases.AddOrUpdate(entered, lease);
        return entered;
    }

    /// <summary>Finds the lease of a find.</summary>
    public bool TryFind(SecretState.Found? found, [NotNullWhen(true)] out Lease? lease)
    {
        lease = null;
        return found is not null && _leases.TryGetValue(found, out lease);
    }

    /// <summary>Lets the next read of one reference, or of all, ask for something new.</summary>
    /// <param name="reference">The reference, or null for all.</param>
    /// <returns>The references whose leases are unwanted now.</returns>
    public IReadOnlyCollection<SecretReference> Refuse(SecretReference? reference = null)
    {
        var refused = new HashSet<SecretReference>();
        foreach (var (_, lease) in _leases)
        {
            if (reference is null || lease.Reference == reference)
            {
                lease.Refuse();
                refused.Add(lease.Reference);
            }
        }

        return refused;
    }
}
