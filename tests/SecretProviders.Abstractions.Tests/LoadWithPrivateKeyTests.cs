using System.Security.Cryptography;
using SecretProviders.Testing;

namespace SecretProviders.Tests;

public sealed class LoadWithPrivateKeyTests
{
    [Theory]
    [InlineData(TestKeyAlgorithm.EcdsaP256)]
    [InlineData(TestKeyAlgorithm.Rsa2048)]
    public void The_leaf_comes_with_its_key(TestKeyAlgorithm algorithm)
    {
        using var authority = new TestCertificateAuthority();
        var issued = authority.Issue(options: new TestCertificateOptions { Algorithm = algorithm }).Secret;

        using var pair = issued.LoadWithPrivateKey();

        Assert.True(pair.HasPrivateKey);
        Assert.Equal(issued.Leaf.Der.ToArray(), pair.RawData);
    }

    [Fact]
    public void The_key_of_another_certificate_is_refused()
    {
        using var authority = new TestCertificateAuthority();

        Assert.Throws<ArgumentException>(() => authority.Issue().WithKeyOf(authority.Issue()).Secret.LoadWithPrivateKey());
    }

    [Fact]
    public void A_key_that_is_not_pkcs8_is_refused()
    {
        using var authority = new TestCertificateAuthority();
        var broken = new TlsCertificate(authority.Issue().Secret.Chain, new PrivateKeyBytes(SensitiveBytes.Copy([1, 2, 3])));

        Assert.Throws<CryptographicException>(broken.LoadWithPrivateKey);
    }

    [Fact]
    public void A_key_that_stays_in_its_store_is_refused_in_words()
    {
        using var authority = new TestCertificateAuthority();
        var stored = new TlsCertificate(authority.Issue().Secret.Chain, new StoredKey());

        Assert.Equal("The private key does not leave its store; use a certificate whose key is bytes.", Assert.Throws<NotSupportedException>(stored.LoadWithPrivateKey).Message);
    }

    private sealed class StoredKey : PrivateKeyHandle
    {
        public override string KeyUri => "pkcs11:object=stored";

        public override ReadOnlyMemory<byte> SubjectPublicKeyInfo => ReadOnlyMemory<byte>.Empty;

        public override ValueTask<ReadOnlyMemory<byte>> SignHashAsync(
            ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding? padding, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<ReadOnlyMemory<byte>>(new InvalidOperationException("The store is closed."));
    }
}
