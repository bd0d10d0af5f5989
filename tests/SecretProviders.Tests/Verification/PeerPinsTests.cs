using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Testing;
using SecretProviders.Verification;

namespace SecretProviders.Tests.Verification;

public sealed class PeerPinsTests : IDisposable
{
    private readonly TestCertificateAuthority _authority = new();
    private readonly X509Certificate2 _leaf;

    public PeerPinsTests() => _leaf = _authority.Issue().Secret.Leaf.Load();

    private string Hash => Convert.ToHexString(SHA256.HashData(_leaf.RawData));

    private string Spki => Convert.ToBase64String(SHA256.HashData(_leaf.PublicKey.ExportSubjectPublicKeyInfo()));

    public void Dispose()
    {
        _leaf.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void Without_pins_any_certificate_will_do() => Assert.True(new PeerPins(new ValidationContext()).Accept(_leaf));

    [Fact]
    public void Digest_of_the_certificate_is_accepted_in_either_case_and_with_colons()
    {
        var colons = string.Join(':', Hash.Chunk(2).Select(static pair => new string(pair)));

        Assert.All([Hash, Hash.ToLowerInvariant(), colons], hash => Assert.True(new PeerPins(new ValidationContext { CertificateHashes = [hash] }).Accept(_leaf)));
    }

    [Fact]
    public void Digest_of_the_key_is_accepted() => Assert.True(new PeerPins(new ValidationContext { SpkiHashes = [Spki] }).Accept(_leaf));

    [Fact]
    public void Either_sort_will_do()
    {
        var other = new string('0', 64);

        Assert.True(new PeerPins(new ValidationContext { CertificateHashes = [other], SpkiHashes = [Spki] }).Accept(_leaf));
        Assert.True(new PeerPins(new ValidationContext { CertificateHashes = [Hash], SpkiHashes = [Convert.ToBase64String(new byte[32])] }).Accept(_leaf));
    }

    [Fact]
    public void Certificate_that_is_not_pinned_is_refused() =>
        Assert.False(new PeerPins(new ValidationContext { CertificateHashes = [new string('0', 64)] }).Accept(_leaf));

    [Fact]
    public void Digest_of_a_key_is_no_digest_of_a_certificate()
    {
        var keyAsHash = Convert.ToHexString(Convert.FromBase64String(Spki));

        Assert.False(new PeerPins(new ValidationContext { CertificateHashes = [keyAsHash] }).Accept(_leaf));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("zz")]
    [InlineData("AA==")]
    public void What_is_no_digest_is_refused(string pin)
    {
        Assert.Contains($"the pin '{pin}'", Assert.Throws<UnusableTrustException>(() => new PeerPins(new ValidationContext { CertificateHashes = [pin] })).Message, StringComparison.Ordinal);
        Assert.Contains($"the pin '{pin}'", Assert.Throws<UnusableTrustException>(() => new PeerPins(new ValidationContext { SpkiHashes = [pin] })).Message, StringComparison.Ordinal);
    }
}
