using System.Security.Cryptography;

namespace SecretProviders.AspNetCore.Tests.Sds;

/// <summary>A key that does not leave its store.</summary>
internal sealed class HandleForTests(TlsCertificate certificate) : PrivateKeyHandle
{
    public override string KeyUri => "pkcs11:token=test;object=web";

    public override ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; } = PublicKeyOf(certificate);

    public override ValueTask<ReadOnlyMemory<byte>> SignHashAsync(
        ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding? padding, CancellationToken cancellationToken = default) =>
        throw new SecretSourceException(SecretErrorCode.Denied, "Nobody signs in this test.");

    private static byte[] PublicKeyOf(TlsCertificate certificate)
    {
        using var leaf = certificate.Leaf.Load();
        return leaf.PublicKey.ExportSubjectPublicKeyInfo();
    }
}
