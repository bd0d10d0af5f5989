namespace SecretProviders.Resolution;

/// <summary>A find that passed the gates of its route, with its content id and the time in which it may be served.</summary>
internal sealed record Candidate(SecretState.Found Found, SecretVersion Version)
{
    public Secret Secret => Found.Secret;

    public DateTimeOffset NotBefore { get; } = (Found.Secret as TlsCertificate)?.Leaf.NotBefore ?? DateTimeOffset.MinValue;

    /// <summary>Gets the end of the leaf's validity or of the lease, whichever comes first.</summary>
    public DateTimeOffset NotAfter { get; } = Earlier((Found.Secret as TlsCertificate)?.Leaf.NotAfter, Found.ValidUntil);

    public bool IsValid(DateTimeOffset now) => NotBefore <= now && now <= NotAfter;

    public bool HasExpired(DateTimeOffset now) => NotAfter < now;

    private static DateTimeOffset Earlier(DateTimeOffset? leaf, DateTimeOffset? lease) =>
        (leaf ?? DateTimeOffset.MaxValue) < (lease ?? DateTimeOffset.MaxValue) ? leaf!.Value : lease ?? leaf ?? DateTimeOffset.MaxValue;
}
