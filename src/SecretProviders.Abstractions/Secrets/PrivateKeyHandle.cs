using System.Security.Cryptography;

namespace SecretProviders;

/// <summary>
/// A private key that stays in its store (HSM, KMS): it signs and does not export. An encoder asked to inline such a
/// key refuses with a clear error.
/// </summary>
public abstract class PrivateKeyHandle : PrivateKey
{
    /// <summary>
    /// Gets a public name of the key, unique in the fleet (for example an RFC 7512 <c>pkcs11:</c> URI or a KMS key
    /// version). It is part of the secret's version, so two handles with one name are one key.
    /// </summary>
    public abstract string KeyUri { get; }

    /// <summary>Gets the public key as DER SubjectPublicKeyInfo (RFC 5280), by which the handle is matched to its certificate.</summary>
    public abstract ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; }

    /// <summary>Signs a digest in the store.</summary>
    /// <param name="hash">The digest, of the length that <paramref name="algorithm"/> makes.</param>
    /// <param name="algorithm">The algorithm that made the digest.</param>
    /// <param name="padding">The padding of an RSA key; null for other keys.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>The signature: PKCS#1 for RSA, the DER sequence of RFC 3279 for ECDSA.</returns>
    /// <exception cref="SecretSourceException">The store refused or did not answer.</exception>
    public abstract ValueTask<ReadOnlyMemory<byte>> SignHashAsync(
        ReadOnlyMemory<byte> hash,
        HashAlgorithmName algorithm,
        RSASignaturePadding? padding,
        CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public sealed override bool Equals(PrivateKey? other) => other is PrivateKeyHandle handle && KeyUri == handle.KeyUri;

    /// <inheritdoc/>
    public sealed override int GetHashCode() => KeyUri.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public sealed override string ToString() => $"PrivateKeyHandle ({KeyUri})";
}
