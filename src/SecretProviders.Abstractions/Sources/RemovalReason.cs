namespace SecretProviders;

/// <summary>Why a secret that was there is gone.</summary>
public enum RemovalReason
{
    /// <summary>Somebody deleted it: the last good secret may be retained for a while.</summary>
    Deleted,

    /// <summary>The store no longer shows it to us (SPIFFE: absence in a full-state message): honoured at once.</summary>
    Redacted,

    /// <summary>It is no longer to be trusted: honoured at once.</summary>
    Revoked,
}
