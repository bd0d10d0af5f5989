namespace SecretProviders;

/// <summary>What a candidate must meet to win on a route, beyond being sound and valid in time. Nothing is demanded unless set.</summary>
public sealed record SecretGates
{
    /// <summary>No demands.</summary>
    public static readonly SecretGates None = new();

    /// <summary>Gets the smallest RSA key of a leaf, in bits, or null.</summary>
    public int? MinRsaBits { get; init; }

    /// <summary>Gets a value indicating whether the secret's name must be among the leaf's DNS names (RFC 6125 wildcards count).</summary>
    public bool NameInSan { get; init; }

    /// <summary>Gets the name of a validation context that the leaf must chain to (a template with the pattern's parameters; without any, a route must take it), or null.</summary>
    public string? ChainToTrust { get; init; }

    /// <summary>Gets the greatest size of a secret in bytes, or null.</summary>
    public long? MaxBytes { get; init; }
}
