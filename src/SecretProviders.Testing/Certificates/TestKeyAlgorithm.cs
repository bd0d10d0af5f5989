namespace SecretProviders.Testing;

/// <summary>The keys that a test certificate may have.</summary>
public enum TestKeyAlgorithm
{
    /// <summary>An elliptic curve key on P-256: the fastest to make.</summary>
    EcdsaP256,

    /// <summary>An elliptic curve key on P-384.</summary>
    EcdsaP384,

    /// <summary>An RSA key of 2048 bits.</summary>
    Rsa2048,

    /// <summary>An RSA key of 1024 bits: too weak for anything but a test of what refuses it.</summary>
    Rsa1024,
}
