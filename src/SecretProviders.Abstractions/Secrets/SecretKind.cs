namespace SecretProviders;

/// <summary>The four kinds of secret that the Secret Discovery Service (SDS) knows.</summary>
public enum SecretKind
{
    /// <summary>A certificate chain with its private key.</summary>
    TlsCertificate,

    /// <summary>Trust: anchors, revocation lists and matchers by which a peer is judged.</summary>
    ValidationContext,

    /// <summary>Keys of TLS session tickets, 80 bytes each; the first one encrypts, all decrypt.</summary>
    SessionTicketKeys,

    /// <summary>Any other bytes: a password, a token, or several values that travel together.</summary>
    Generic,
}
