using System.Security.Cryptography;

namespace SecretProviders.AspNetCore.Tests.Tls;

/// <summary>A key that nobody can have.</summary>
internal sealed class StoredKey : PrivateKeyHandle
{
    public override string KeyUri => "pkcs11:object=stored";

    public override ReadOnlyMemory<byte> SubjectPublicKeyInfo => ReadOnlyMemory<byte>.Empty;

    public override ValueTask<ReadOnlyMemory<byte>> SignHashAsync(
        ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding? padding, CancellationToken cancellationToken = default) =>
        ValueTask.FromException<ReadOnlyMemory<byte>>(new InvalidOperationException("The store is closed."));
}
