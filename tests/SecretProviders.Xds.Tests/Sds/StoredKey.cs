using System.Security.Cryptography;
using SecretProviders.Testing;

namespace SecretProviders.Xds.Tests.Sds;

/// <summary>A key that nobody can have, so its certificate cannot be put on the wire.</summary>
internal sealed class StoredKey : PrivateKeyHandle
{
    public override string KeyUri => "pkcs11:object=stored";

    public override ReadOnlyMemory<byte> SubjectPublicKeyInfo => ReadOnlyMemory<byte>.Empty;

    /// <summary>Makes a certificate with such a key.</summary>
    public static TlsCertificate Certificate()
    {
        using var authority = new TestCertificateAuthority();
        return new TlsCertificate(authority.Issue().Secret.Chain, new StoredKey());
    }

    public override ValueTask<ReadOnlyMemory<byte>> SignHashAsync(
        ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding? padding, CancellationToken cancellationToken = default) =>
        ValueTask.FromException<ReadOnlyMemory<byte>>(new InvalidOperationException("The store is closed."));
}
