using System.Security.Cryptography;
using System.Text;

namespace SecretProviders.Tests.Decoding;

public sealed class TlsCertificateTests
{
    private static readonly Pki Pki = Pki.One;

    public static TheoryData<string, string> SinglePems => new()
    {
        { "key last", Pki.ChainPem + Pki.KeyPem },
        { "key first", Pki.KeyPem + Pki.ChainPem },
        { "key between", Pki.LeafPem + Pki.KeyPem + Pki.IntermediatePem },
        { "CRLF", (Pki.ChainPem + Pki.KeyPem).ReplaceLineEndings("\r\n") },
        { "CR only", (Pki.ChainPem + Pki.KeyPem).ReplaceLineEndings("\r") },
        { "byte order mark", "\uFEFF" + Pki.ChainPem + Pki.KeyPem },
        { "no line feed at the end", (Pki.ChainPem + Pki.KeyPem).TrimEnd() },
        { "Bag Attributes", "Bag Attributes\n    localKeyID: 01 02\nsubject=CN=leaf\n" + Pki.ChainPem + "Key Attributes: <No Attributes>\n" + Pki.KeyPem },
        { "comments", "# mine\n" + Pki.ChainPem + "# ökey\n\n" + Pki.KeyPem + "# end" },
        { "a block commented out", "# " + Pki.OtherRoot.Split('\n')[0] + "\n" + Pki.ChainPem + Pki.KeyPem },
        { "indented", string.Join('\n', (Pki.ChainPem + Pki.KeyPem).Split('\n').Select(static line => "    " + line)) },
        { "EC PARAMETERS", "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + Pki.EllipticKey.ExportECPrivateKeyPem() + "\n" + Pki.ChainPem },
        { "DH PARAMETERS", Pki.ChainPem + Pki.KeyPem + "-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n" },
        { "the same key twice", Pki.KeyPem + Pki.ChainPem + Pki.EllipticKey.ExportECPrivateKeyPem() },
    };

    [Theory]
    [MemberData(nameof(SinglePems))]
    public void One_pem_holds_everything_in_any_order(string what, string pem)
    {
        var tls = Assert.IsType<TlsCertificate>(Decode.FoundSingle(pem).Secret);

        Assert.True(tls.Chain.Length == 2, what);
        Assert.Equal(Pki.EllipticKey.ExportPkcs8PrivateKey(), Assert.IsType<PrivateKeyBytes>(tls.PrivateKey).Pkcs8.GetSpan());
    }

    [Fact]
    public void Text_around_blocks_may_be_in_any_encoding()
    {
        byte[] pem = [.. Encoding.Latin1.GetBytes("friendlyName: Jürgen\n"), .. Encoding.Latin1.GetBytes(Pki.ChainPem + "# für\n" + Pki.KeyPem), 0xFF, 0xFE];

        Assert.IsType<TlsCertificate>(Decode.FoundSingle(pem).Secret);
    }

    [Fact]
    public void The_same_key_in_every_form_makes_the_same_secret()
    {
        object[] forms =
        [
            Pki.RsaKey.ExportPkcs8PrivateKeyPem(), Pki.RsaKey.ExportRSAPrivateKeyPem(), Pki.RsaKey.ExportPkcs8PrivateKey(), Pki.RsaKey.ExportRSAPrivateKey(),
        ];
        var certificate = Pki.RsaLeaf.ExportCertificatePem();

        var secrets = forms.Select(form => Decode.Tls(("tls.crt", certificate), ("tls.key", form))).ToArray();

        Assert.All(secrets, secret => Assert.Equal(secrets[0], secret));
        Assert.Equal(Pki.RsaKey.ExportPkcs8PrivateKey(), ((PrivateKeyBytes)secrets[0].PrivateKey).Pkcs8.GetSpan());
    }

    [Fact]
    public void Elliptic_keys_are_read_in_every_form()
    {
        object[] forms =
        [
            Pki.KeyPem, Pki.EllipticKey.ExportECPrivateKeyPem(), Pki.EllipticKey.ExportPkcs8PrivateKey(), Pki.EllipticKey.ExportECPrivateKey(),
        ];

        var secrets = forms.Select(form => Decode.Tls(("tls.crt", Pki.LeafPem), ("tls.key", form))).ToArray();

        Assert.All(secrets, secret => Assert.Equal(secrets[0], secret));
    }

    [Fact]
    public void A_key_of_an_algorithm_unknown_here_is_served_when_it_carries_its_certificates_public_key()
    {
        byte[] publicKey = [.. Enumerable.Range(1, 32).Select(static i => (byte)i)];
        var key = Ed25519Key(publicKey);

        var tls = Decode.Tls(("tls.crt", Pki.IssueEd25519("CN=ed25519", publicKey).ExportCertificatePem()), ("tls.key", key));

        Assert.Equal(key, Assert.IsType<PrivateKeyBytes>(tls.PrivateKey).Pkcs8.GetSpan());
    }

    [Fact]
    public void A_key_of_an_algorithm_unknown_here_that_carries_another_public_key_does_not_match()
    {
        var certificate = Pki.IssueEd25519("CN=ed25519", new byte[32]).ExportCertificatePem();

        var problem = Decode.Problem(("tls.crt", certificate), ("tls.key", Ed25519Key([1, .. new byte[31]])));

        Assert.Equal(SecretProblemCode.KeyMismatch, problem.Code);
    }

    [Fact]
    public void Der_certificates_may_follow_one_another()
    {
        byte[] chain = [.. Pki.Leaf.RawData, .. Pki.IntermediateDer];

        Assert.Equal(2, Decode.Tls(("tls.crt", chain), ("tls.key", Pki.KeyPem)).Chain.Length);
    }

    [Fact]
    public void A_root_at_the_end_of_the_chain_is_fine() =>
        Assert.Equal(3, Decode.Tls(("tls.crt", Pki.ChainPem + Pki.RootPem), ("tls.key", Pki.KeyPem)).Chain.Length);

    [Fact]
    public void A_chain_in_the_wrong_order_names_the_certificate_to_move_first()
    {
        var problem = Decode.Problem(("tls.crt", Pki.IntermediatePem + Pki.LeafPem), ("tls.key", Pki.KeyPem));

        Assert.Equal(SecretProblemCode.ChainOrder, problem.Code);
        Assert.Contains("certificate 2 of 2 (CN=leaf)", problem.Message, StringComparison.Ordinal);
        Assert.Contains("put that certificate first", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Swapped_issuers_name_the_one_that_belongs_there()
    {
        var problem = Decode.Problem(("tls.crt", Pki.LeafPem + Pki.RootPem + Pki.IntermediatePem), ("tls.key", Pki.KeyPem));

        Assert.Equal(SecretProblemCode.ChainOrder, problem.Code);
        Assert.Contains("certificate 2 of 3 (CN=Test Root) did not issue certificate 1", problem.Message, StringComparison.Ordinal);
        Assert.Contains("certificate 3 did", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unrelated_certificate_in_the_chain_is_refused()
    {
        var problem = Decode.Problem(("tls.crt", Pki.ChainPem + Pki.OtherRoot), ("tls.key", Pki.KeyPem));

        Assert.Equal(SecretProblemCode.ChainOrder, problem.Code);
        Assert.Contains("certificate 3 of 3 (CN=Other Root)", problem.Message, StringComparison.Ordinal);
        Assert.Contains("remove it", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_leaves_are_refused()
    {
        var problem = Decode.Problem(("tls.crt", Pki.LeafPem + Pki.OtherLeaf.ExportCertificatePem()), ("tls.key", Pki.KeyPem));

        Assert.Equal(SecretProblemCode.ChainOrder, problem.Code);
    }

    [Fact]
    public void A_certificate_that_comes_twice_is_refused()
    {
        var problem = Decode.Problem(("tls.crt", Pki.ChainPem + Pki.IntermediatePem), ("tls.key", Pki.KeyPem));

        Assert.Equal(SecretProblemCode.ChainOrder, problem.Code);
        Assert.Contains("certificate 3 of 3 (CN=Test Intermediate) is the same as certificate 2", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_issuer_of_the_right_name_with_another_key_is_refused()
    {
        var reissued = new Pki();

        var problem = Decode.Problem(("tls.crt", Pki.LeafPem + reissued.IntermediatePem), ("tls.key", Pki.KeyPem));

        Assert.Equal(SecretProblemCode.ChainOrder, problem.Code);
    }

    [Fact]
    public void A_key_of_another_certificate_is_named_with_its_field()
    {
        var problem = Decode.Problem(("tls.crt", Pki.ChainPem), ("tls.key", Pki.OtherKey.ExportPkcs8PrivateKeyPem()));

        Assert.Equal(SecretProblemCode.KeyMismatch, problem.Code);
        Assert.StartsWith("store/web: tls.key: PEM block 1: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("CN=leaf", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_key_is_refused()
    {
        var problem = Decode.ProblemSingle(Pki.ChainPem + Pki.KeyPem + Pki.OtherKey.ExportPkcs8PrivateKeyPem());

        Assert.Equal(SecretProblemCode.KeyMismatch, problem.Code);
    }

    [Theory]
    [InlineData("tls.crt")]
    [InlineData("tls.key")]
    public void A_missing_half_is_incomplete(string only)
    {
        var problem = Decode.Problem((only, only == "tls.crt" ? Pki.ChainPem : Pki.KeyPem));

        Assert.Equal(SecretProblemCode.Incomplete, problem.Code);
    }

    [Theory]
    [InlineData("tls.crt")]
    [InlineData("tls.key")]
    public void An_empty_half_is_incomplete_and_named(string empty)
    {
        var problem = Decode.Problem(("tls.crt", empty == "tls.crt" ? "" : Pki.ChainPem), ("tls.key", empty == "tls.key" ? "\n" : Pki.KeyPem));

        Assert.Equal(SecretProblemCode.Incomplete, problem.Code);
        Assert.Contains(empty, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_trust_beside_a_sound_pair_makes_the_whole_invalid()
    {
        var problem = Decode.Problem(("tls.crt", Pki.ChainPem), ("tls.key", Pki.KeyPem), ("ca.crt", Pki.RootPem[..200]));

        Assert.Equal(SecretProblemCode.Malformed, problem.Code);
        Assert.Contains("ca.crt", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_staple_is_named()
    {
        var problem = Decode.Problem(("tls.crt", Pki.ChainPem), ("tls.key", Pki.KeyPem), ("tls.ocsp-staple", "MAMKAQA="));

        Assert.Equal(SecretProblemCode.Malformed, problem.Code);
        Assert.Contains("tls.ocsp-staple", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encrypted_key_says_how_to_store_it()
    {
        var encrypted = Pki.EllipticKey.ExportEncryptedPkcs8PrivateKeyPem("passphrase", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

        var problem = Decode.Problem(("tls.crt", Pki.ChainPem), ("tls.key", encrypted));

        Assert.Equal(SecretProblemCode.Malformed, problem.Code);
        Assert.Contains("encrypted", problem.Message, StringComparison.Ordinal);
        Assert.Contains("openssl pkey", problem.Message, StringComparison.Ordinal);
    }

    // PKCS#8 version 2 (RFC 8410, section 7): version, algorithm, private key, [1] public key.
    private static byte[] Ed25519Key(byte[] publicKey) =>
    [
        0x30, 0x51, 0x02, 0x01, 0x01, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20, .. new byte[32],
        0x81, 0x21, 0x00, .. publicKey,
    ];
}
