using System.Security.Cryptography;
using System.Text;

namespace SecretProviders.Tests;

public sealed class EncodedCertificateTests
{
    private static readonly EncodedCertificate Sample = Samples.Leaf;

    public static TheoryData<string, byte[]> NotOneCertificate => new()
    {
        { "nothing", [] },
        { "garbage", [1, 2, 3] },
        { "cut short", Sample.Der.ToArray()[..^1] },
        { "a byte behind", [.. Sample.Der.Span, 0] },
        { "two certificates", [.. Sample.Der.Span, .. Samples.OtherLeaf.Der.Span] },
        { "PEM", Encoding.ASCII.GetBytes(Sample.ToPem()) },
        { "another DER value", [0x30, 0x03, 0x02, 0x01, 0x07] },
    };

    [Theory]
    [MemberData(nameof(NotOneCertificate))]
    public void Only_exactly_one_der_certificate_is_taken(string what, byte[] bytes) =>
        Assert.True(Record.Exception(() => new EncodedCertificate(bytes)) is CryptographicException, what);

    [Fact]
    public void The_bytes_are_copied()
    {
        var bytes = Sample.Der.ToArray();
        var certificate = new EncodedCertificate(bytes);

        bytes[^1] ^= 1;

        Assert.Equal(Sample.Der.ToArray(), certificate.Der.ToArray());
    }

    [Fact]
    public void The_digest_is_of_the_der() =>
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Sample.Der.Span)), Sample.Sha256);

    [Fact]
    public void The_facts_are_the_certificates()
    {
        using var loaded = Sample.Load();

        Assert.Equal(loaded.Subject, Sample.Subject);
        Assert.Equal(loaded.NotBefore.ToUniversalTime(), Sample.NotBefore.UtcDateTime);
        Assert.Equal(loaded.NotAfter.ToUniversalTime(), Sample.NotAfter.UtcDateTime);
        Assert.Equal(TimeSpan.Zero, Sample.NotAfter.Offset);
    }

    [Fact]
    public void Pem_is_one_block_with_a_line_feed_at_its_end()
    {
        var pem = Sample.ToPem();
        var fields = PemEncoding.Find(pem);

        Assert.Equal("CERTIFICATE", pem[fields.Label]);
        Assert.Equal(Sample.Der.ToArray(), Convert.FromBase64String(pem[fields.Base64Data]));
        Assert.EndsWith("-----END CERTIFICATE-----\n", pem, StringComparison.Ordinal);
    }

    [Fact]
    public void Equality_is_by_the_bytes()
    {
        var same = new EncodedCertificate(Sample.Der.Span);

        Assert.Equal(Sample, same);
        Assert.Equal(Sample.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Sample, Samples.OtherLeaf);
        Assert.False(Sample.Equals(null));
    }

    [Fact]
    public void The_description_is_the_subject_and_the_digest_abbreviated() =>
        Assert.Equal($"{Sample.Subject} ({Sample.Sha256[..12]})", Sample.ToString());
}
