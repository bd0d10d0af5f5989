using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SecretProviders.Tests.Decoding;

public sealed class MalformedInputTests
{
    private static readonly Pki Pki = Pki.One;

    public static TheoryData<string, string, string> BrokenPems => new()
    {
        { "cut short", Pki.ChainPem[..^40], "PEM block 2: the block has no END line" },
        { "cut inside the first block", Pki.LeafPem[..300] + "\n" + Pki.IntermediatePem, "PEM block 1: the block has no END line" },
        { "garbage in the base64", Pki.LeafPem.Insert(200, "!!!"), "PEM block 1: the block is not sound base64" },
        { "labels that differ", Pki.LeafPem.Replace("END CERTIFICATE", "END PRIVATE KEY", StringComparison.Ordinal), "PEM block 1: the block is not sound base64 between equal" },
        { "a certificate that is none", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "PEM block 1: the certificate cannot be read" },
        { "an empty block", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "PEM block 1: the certificate cannot be read" },
        { "bytes behind the certificate", PemEncoding.WriteString("CERTIFICATE", [.. Pki.Leaf.RawData, 0]), "PEM block 1: the certificate cannot be read" },
        { "bytes behind the key", PemEncoding.WriteString("PRIVATE KEY", [.. Pki.EllipticKey.ExportPkcs8PrivateKey(), 0]), "PEM block 1: the private key cannot be read" },
        { "bytes behind the PKCS#1 key", PemEncoding.WriteString("RSA PRIVATE KEY", [.. Pki.RsaKey.ExportRSAPrivateKey(), 0]), "PEM block 1: there are bytes after the end" },
        { "a key that is none", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", "PEM block 1: the private key cannot be read" },
        { "an encrypted PKCS#1 key", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", "the private key is encrypted" },
        { "an OpenSSH key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", "a block of the sort 'OPENSSH PRIVATE KEY' does not belong here" },
        { "a request", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", "'CERTIFICATE REQUEST' does not belong" },
        { "a misspelt label", Pki.LeafPem.Replace("CERTIFICATE", "CERTFICATE", StringComparison.Ordinal), "'CERTFICATE' does not belong" },
        { "plain text", "hello", "it is neither PEM nor DER" },
        { "a byte order mark alone", "\uFEFF", "it is empty" },
        { "a byte order mark and white space", "\uFEFF \r\n", "it is empty" },
        { "white space", " \r\n\t", "it is empty" },
        { "UTF-16", "\uFEFF" + Pki.LeafPem, "it is UTF-16 text" },
    };

    public static TheoryData<string, byte[], string> BrokenDers => new()
    {
        { "a certificate cut short", Pki.Leaf.RawData[..^1], "cut short or broken" },
        { "a byte behind the certificate", [.. Pki.Leaf.RawData, 0x30], "cut short or broken" },
        { "an empty sequence", [0x30, 0x00], "cut short or broken" },
        { "a number alone", [0x30, 0x03, 0x02, 0x01, 0x07], "cut short or broken" },
        { "PKCS#12", Pki.Leaf.Export(X509ContentType.Pkcs12), "PKCS#12 is not read" },
        { "an encrypted key", Pki.EllipticKey.ExportEncryptedPkcs8PrivateKey("p", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)), "the private key is encrypted" },
        { "PKCS#7", [0x30, 0x0B, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02], "cut short or broken" },
        { "a public key", Pki.EllipticKey.ExportSubjectPublicKeyInfo(), "neither a certificate nor a private key" },
    };

    [Theory]
    [MemberData(nameof(BrokenPems))]
    public void A_broken_pem_gives_one_clear_error(string what, string pem, string expected)
    {
        var bytes = what == "UTF-16" ? Encoding.Unicode.GetBytes(pem) : Encoding.UTF8.GetBytes(pem);

        Assert.Contains(expected, Decode.ProblemSingle(bytes).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BrokenDers))]
    [SuppressMessage("Usage", "xUnit1026", Justification = "Names the case.")]
    public void A_broken_der_gives_one_clear_error(string what, byte[] der, string expected) =>
        Assert.Contains(expected, Decode.ProblemSingle(der).Message, StringComparison.Ordinal);

    [Fact]
    public void A_key_whose_halves_do_not_belong_together_is_refused()
    {
        // The public half is still the certificate's, so that only a real check of the pair can tell.
        var mixed = Pki.EllipticKey.ExportECPrivateKey();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        const int PrivateScalar = 7;
        other.ExportParameters(includePrivateParameters: true).D!.CopyTo(mixed, PrivateScalar);

        var problem = Decode.Problem(("tls.crt", Pki.LeafPem), ("tls.key", mixed));

        Assert.Equal(SecretProblemCode.Malformed, problem.Code);
    }

    [Fact]
    public void An_algorithm_that_cannot_be_matched_is_named()
    {
        byte[] ed25519 = [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20, .. new byte[32]];

        Assert.Contains("1.3.101.112", Decode.Problem(("tls.crt", Pki.LeafPem), ("tls.key", ed25519)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_bytes_than_allowed_are_refused_before_they_are_read()
    {
        var fields = Decode.Fields(("tls.crt", Pki.LeafPem), ("tls.key", Pki.KeyPem), ("big", new byte[1024 * 1024]));

        var problem = Decode.Problem(fields);

        Assert.Equal(SecretProblemCode.TooLarge, problem.Code);
        Assert.Contains("1048576", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_limit_can_be_set()
    {
        var fields = Decode.Fields(("value", new byte[101]));

        Assert.IsType<SecretState.Invalid>(SecretDecoder.Decode(fields, SecretKind.Generic, new SecretDecoderOptions { MaxBytes = 100 }));
        Assert.IsType<SecretState.Found>(SecretDecoder.Decode(fields, SecretKind.Generic, new SecretDecoderOptions { MaxBytes = 101 }));
    }

    [Theory]
    [InlineData(SecretKind.TlsCertificate)]
    [InlineData(SecretKind.ValidationContext)]
    [InlineData(SecretKind.SessionTicketKeys)]
    [InlineData(SecretKind.Generic)]
    public void No_field_at_all_is_incomplete(SecretKind kind) =>
        Assert.Equal(SecretProblemCode.Incomplete, Decode.Problem(Decode.Fields(), kind).Code);

    [Fact]
    public void A_megabyte_of_blocks_that_never_end_is_refused_at_its_first()
    {
        var flood = string.Concat(Enumerable.Repeat("-----BEGIN CERTIFICATE-----\n", 37_000));

        Assert.Contains("PEM block 1: ", Decode.ProblemSingle(flood).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_of_the_store_cannot_break_the_line_of_a_message()
    {
        var message = Decode.Problem(("tls.crt", Pki.Issue("CN=\"two\nlines\"", Pki.OtherKey).ExportCertificatePem()), ("tls.key", Pki.KeyPem)).Message;

        Assert.DoesNotContain('\n', message);
        Assert.Contains("two?lines", message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_problem_shows_what_the_store_holds()
    {
        const string Marker = "hunter2hunter2hunter2";
        object[] values = [Marker, $"-----BEGIN PRIVATE KEY-----\n{Marker}\n-----END PRIVATE KEY-----\n", $"-----BEGIN {Marker}\n", "0" + Marker];

        Assert.All(
            from value in values from kind in Enum.GetValues<SecretKind>() where kind != SecretKind.Generic select (value, kind),
            pair => Assert.DoesNotContain(Marker, Decode.ProblemSingle(pair.value, pair.kind).ToString(), StringComparison.Ordinal));
    }
}
