namespace SecretProviders;

/// <summary>What became of a version at a consumer.</summary>
public enum SecretOutcome
{
    /// <summary>The consumer uses it (xDS: ACK).</summary>
    Applied,

    /// <summary>The consumer refused it and keeps what it had (xDS: NACK).</summary>
    Rejected,
}
