using System.Security.Cryptography;

namespace SecretProviders.Tests.Decoding;

/// <summary>Certificates whose key stays in its store.</summary>
public sealed class HandleTests
{
    private static readonly Pki Pki = Pki.One;
    private static readonly Handle Key = new(Pki.EllipticKey.ExportSubjectPublicKeyInfo());

    [Fact]
    public void Chain_without_a_key_is_found_with_the_handle()
    {
        var found = Assert.IsType<SecretState.Found>(SecretDecoder.DecodeCertificate(Decode.Fields(("tls.crt", Pki.ChainPem), ("ca.crt", Pki.RootPem)), Key));

        var certificate = Assert.IsType<TlsCertificate>(found.Secret);
        Assert.Same(Key, certificate.PrivateKey);
        Assert.Equal(2, certificate.Chain.Length);
        Assert.Single(found.Trust!.TrustAnchors);
    }

    [Fact]
    public void Rsa_handle_is_matched_too() => Assert.IsType<SecretState.Found>(
        SecretDecoder.DecodeCertificate(Decode.Fields(("tls.crt", Pki.RsaLeaf.ExportCertificatePem())), new Handle(Pki.RsaKey.ExportSubjectPublicKeyInfo())));

    [Fact]
    public void Handle_of_another_key_is_named()
    {
        var problem = Problem(Decode.Fields(("tls.crt", Pki.ChainPem)), new Handle(Pki.OtherKey.ExportSubjectPublicKeyInfo()));

        Assert.Equal(SecretProblemCode.KeyMismatch, problem.Code);
        Assert.Contains(Key.KeyUri, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Handle_that_shows_no_public_key_is_no_ones() =>
        Assert.Equal(SecretProblemCode.KeyMismatch, Problem(Decode.Fields(("tls.crt", Pki.ChainPem)), new Handle([])).Code);

    [Fact]
    public void Private_key_beside_a_handle_is_refused()
    {
        var problem = Problem(Decode.Fields(("tls.crt", Pki.ChainPem), ("tls.key", Pki.KeyPem)), Key);

        Assert.Equal(SecretProblemCode.KeyMismatch, problem.Code);
        Assert.Contains("remove it", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_Incomplete() => Assert.Equal(SecretProblemCode.Incomplete, Problem(Decode.Fields(), Key).Code);

    private static SecretProblem Problem(SecretFields fields, Handle key) => Assert.IsType<SecretState.Invalid>(SecretDecoder.DecodeCertificate(fields, key)).Problem;

    private sealed class Handle(byte[] publicKey) : PrivateKeyHandle
    {
        public override string KeyUri => "pkcs11:object=web";

        public override ReadOnlyMemory<byte> SubjectPublicKeyInfo => publicKey;

        public override ValueTask<ReadOnlyMemory<byte>> SignHashAsync(
            ReadOnlyMemory<byte> hash, HashAlgorithmName algorithm, RSASignaturePadding? padding, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<ReadOnlyMemory<byte>>(new InvalidOperationException("Nobody signs in this test."));
    }
}
