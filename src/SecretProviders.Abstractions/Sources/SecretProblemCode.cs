namespace SecretProviders;

/// <summary>What is wrong, as a short closed list: programs act on the code, people read the message.</summary>
public enum SecretProblemCode
{
    /// <summary>The bytes do not parse.</summary>
    Malformed,

    /// <summary>A part is missing, for example the private key.</summary>
    Incomplete,

    /// <summary>The private key is not the leaf's.</summary>
    KeyMismatch,

    /// <summary>The chain is not ordered leaf first, each certificate issued by the next.</summary>
    ChainOrder,

    /// <summary>It is larger than allowed.</summary>
    TooLarge,

    /// <summary>It is of another kind than the name has.</summary>
    WrongKind,

    /// <summary>It is no longer valid.</summary>
    Expired,

    /// <summary>It is not valid yet.</summary>
    NotYetValid,

    /// <summary>The key is smaller than the route allows.</summary>
    WeakKey,

    /// <summary>The name is not among the certificate's subject alternative names.</summary>
    NameMismatch,

    /// <summary>The certificate does not chain to the trust that the route names.</summary>
    Untrusted,

    /// <summary>The name, or the key made from it, is not allowed.</summary>
    BadName,

    /// <summary>The store did not answer.</summary>
    Unavailable,

    /// <summary>The store refused.</summary>
    Denied,

    /// <summary>No route takes the name, or no source knows it.</summary>
    Absent,
}
