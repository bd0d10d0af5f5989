namespace SecretProviders.Decoding;

/// <summary>What fields hold, sorted by what it is and in the order in which it was read.</summary>
internal sealed class FieldContent
{
    /// <summary>Gets the certificates, each with where it was found.</summary>
    public List<(EncodedCertificate Certificate, string Where)> Certificates { get; } = [];

    /// <summary>Gets the private keys, each with where it was found.</summary>
    public List<(DecodedKey Key, string Where)> Keys { get; } = [];

    /// <summary>Gets the revocation lists as DER.</summary>
    public List<ReadOnlyMemory<byte>> RevocationLists { get; } = [];
}
