namespace SecretProviders;

/// <summary>A private key as unencrypted PKCS#8 DER (RFC 5958).</summary>
public sealed class PrivateKeyBytes : PrivateKey
{
    /// <summary>Wraps the bytes of a key.</summary>
    /// <param name="pkcs8">Unencrypted PKCS#8 DER.</param>
    public PrivateKeyBytes(SensitiveBytes pkcs8) => Pkcs8 = pkcs8 ?? throw new ArgumentNullException(nameof(pkcs8));

    /// <summary>Gets the key as unencrypted PKCS#8 DER.</summary>
    public SensitiveBytes Pkcs8 { get; }

    /// <inheritdoc/>
    public override bool Equals(PrivateKey? other) => other is PrivateKeyBytes bytes && Pkcs8.Equals(bytes.Pkcs8);

    /// <inheritdoc/>
    public override int GetHashCode() => Pkcs8.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => "PrivateKeyBytes (redacted)";
}
