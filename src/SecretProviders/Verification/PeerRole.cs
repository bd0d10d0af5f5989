namespace SecretProviders.Verification;

/// <summary>What a peer's certificate must be made for (RFC 5280, section 4.2.1.12).</summary>
internal enum PeerRole
{
    /// <summary>It is a client of ours.</summary>
    Client,

    /// <summary>It is a server to us.</summary>
    Server,
}
