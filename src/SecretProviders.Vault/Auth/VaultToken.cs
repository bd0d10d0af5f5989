namespace SecretProviders.Vault.Auth;

/// <summary>A token and how long it lives, by our own clock: the server's is never compared with it.</summary>
/// <param name="Value">The token.</param>
internal sealed record VaultToken(SensitiveBytes Value)
{
    /// <summary>Gets when the question was sent whose answer gave or renewed it.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Gets how long it lives from then; null for ever.</summary>
    public required TimeSpan? Ttl { get; init; }

    /// <summary>Gets a value indicating whether its life can be made longer.</summary>
    public required bool Renewable { get; init; }

    /// <summary>Gets how long it lived when it came: much less than that after a renewal says that the end of all renewals is near.</summary>
    public required TimeSpan? FullTtl { get; init; }

    /// <summary>Gets when it lapses, or null for never.</summary>
    public DateTimeOffset? End => Ttl is { } ttl ? Since + ttl : null;

    /// <summary>Makes the token that a renewal gave a longer life.</summary>
    /// <param name="since">When the renewal was asked for.</param>
    /// <param name="ttl">How long it lives from then.</param>
    /// <param name="renewable">Whether it can be renewed again.</param>
    public VaultToken Renewed(DateTimeOffset since, TimeSpan ttl, bool renewable) =>
        this with { Since = since, Ttl = ttl, Renewable = renewable };
}
