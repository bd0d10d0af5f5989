namespace SecretProviders.Decoding;

/// <summary>A private key with the public key that it makes, by which it is matched to a certificate.</summary>
/// <param name="Pkcs8">The private key as unencrypted PKCS#8 DER.</param>
/// <param name="SubjectPublicKeyInfo">The public key as DER, in the form that <see cref="PublicKeyReader"/> gives to a certificate's.</param>
internal sealed record DecodedKey(SensitiveBytes Pkcs8, ReadOnlyMemory<byte> SubjectPublicKeyInfo);
