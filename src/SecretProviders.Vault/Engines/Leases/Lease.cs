using System.Runtime.CompilerServices;

namespace SecretProviders.Vault.Engines.Leases;

/// <summary>A lease of what a read created, by our own clock: the server's is never compared with it.</summary>
/// <param name="Id">Vault's name of it.</param>
/// <param name="Reference">What was read.</param>
internal sealed record Lease(string Id, SecretReference Reference)
{
    // Shared with what renewals make of it: who refuses a lease while it is renewed means what comes of it too.
    private readonly StrongBox<bool> _unwanted = new();

    /// <summary>Gets when the question was sent whose answer gave or renewed it.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Gets how long it lives from then.</summary>
    public required TimeSpan Ttl { get; init; }

    /// <summary>Gets how long it lived at first: much less than that after a renewal says that the end of all renewals is near.</summary>
    public required TimeSpan FullTtl { get; init; }

    /// <summary>Gets a value indicating whether Vault renews it.</summary>
    public required bool Renewable { get; init; }

    /// <summary>Gets when it ends.</summary>
    public DateTimeOffset End => Since + Ttl;

    /// <summary>Gets a value indicating whether something new is wanted in its place, whatever is left of it.</summary>
    public bool IsUnwanted => Volatile.Read(ref _unwanted.Value);

    /// <summary>Lets the next read ask for something new.</summary>
    public void Refuse() => Volatile.Write(ref _unwanted.Value, true);
}
