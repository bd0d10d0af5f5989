namespace SecretProviders.Vault.Engines.Pki;

/// <summary>A key that never travels, with the request (PKCS#10, RFC 2986) for its certificate.</summary>
/// <param name="Key">The key.</param>
/// <param name="Request">The request as PEM.</param>
internal sealed record PkiKey(PrivateKey Key, string Request);
