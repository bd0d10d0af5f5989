using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Gates;
using SecretProviders.Testing;

namespace SecretProviders.Tests.Gates;

public sealed class CertificateChainsTests : IDisposable
{
    private readonly TestCertificateAuthority _root = new("Root");
    private readonly TestCertificateAuthority _middle;
    private readonly TestCertificateAuthority _low;
    private readonly TlsCertificate _leaf;

    public CertificateChainsTests()
    {
        _middle = _root.CreateIntermediate("Middle");
        _low = _middle.CreateIntermediate("Low");
        _leaf = _low.Issue("leaf").Secret;
    }

    [Fact]
    public void A_leaf_chains_to_its_root_through_its_intermediates() => Assert.True(CertificateChains.ChainsTo(_leaf, _root.Certificate));

    [Fact]
    public void A_leaf_chains_to_an_intermediate_that_is_an_anchor()
    {
        Assert.True(CertificateChains.ChainsTo(_leaf, _middle.Certificate));
        Assert.True(CertificateChains.ChainsTo(_leaf, _low.Certificate));
    }

    [Fact]
    public void A_leaf_without_its_intermediates_chains_to_its_issuer_alone()
    {
        var bare = new TlsCertificate([_leaf.Leaf], _leaf.PrivateKey);

        Assert.True(CertificateChains.ChainsTo(bare, _low.Certificate));
        Assert.False(CertificateChains.ChainsTo(bare, _root.Certificate));
    }

    [Fact]
    public void A_chain_may_hold_its_root() =>
        Assert.True(CertificateChains.ChainsTo(new TlsCertificate([.. _leaf.Chain, _root.Certificate], _leaf.PrivateKey), _root.Certificate));

    [Fact]
    public void A_leaf_may_be_the_anchor_itself() => Assert.True(CertificateChains.ChainsTo(_leaf, _leaf.Leaf));

    [Fact]
    public void Another_root_does_not_vouch()
    {
        using var other = new TestCertificateAuthority("Other");

        Assert.False(CertificateChains.ChainsTo(_leaf, other.Certificate));
    }

    [Fact]
    public void A_root_of_the_same_name_and_another_key_does_not_vouch()
    {
        using var other = new TestCertificateAuthority("Root");

        Assert.False(CertificateChains.ChainsTo(_leaf, other.Certificate));
        Assert.False(CertificateChains.ChainsTo(_root.Issue("a").Secret, other.Certificate));
    }

    [Fact]
    public void A_verdict_stays_what_it_was()
    {
        using var other = new TestCertificateAuthority("Root");
        var leaf = _root.Issue("a").Secret;

        for (var time = 0; time < 3; time++)
        {
            Assert.True(CertificateChains.ChainsTo(leaf, _root.Certificate));
            Assert.False(CertificateChains.ChainsTo(leaf, other.Certificate));
            Assert.True(CertificateChains.ChainsTo(leaf, new EncodedCertificate(_root.Certificate.Der.Span)));
        }
    }

    [Fact]
    public void Without_key_identifiers_the_signature_decides()
    {
        using var right = Authority("CN=Twin", out var rightKey);
        using var wrong = Authority("CN=Twin", out _);
        var leaf = Sign("CN=leaf", right, rightKey);

        Assert.True(CertificateChains.ChainsTo(leaf, new EncodedCertificate(right.RawData)));
        Assert.False(CertificateChains.ChainsTo(leaf, new EncodedCertificate(wrong.RawData)));
    }

    [Fact]
    public void An_anchor_that_was_only_appended_to_the_chain_does_not_vouch()
    {
        using var other = new TestCertificateAuthority("Other");

        Assert.False(CertificateChains.ChainsTo(new TlsCertificate([.. _leaf.Chain, other.Certificate], _leaf.PrivateKey), other.Certificate));
    }

    [Fact]
    public void An_intermediate_of_a_foreign_root_in_the_chain_does_not_vouch()
    {
        using var other = new TestCertificateAuthority("Other");
        using var foreign = other.CreateIntermediate("Low");

        Assert.False(CertificateChains.ChainsTo(new TlsCertificate([_leaf.Leaf, foreign.Certificate], _leaf.PrivateKey), other.Certificate));
    }

    [Fact]
    public void Time_is_not_asked_for()
    {
        var expired = _root.IssueExpired("old").Secret;

        Assert.True(CertificateChains.ChainsTo(expired, _root.Certificate));
    }

    public void Dispose()
    {
        _root.Dispose();
        _middle.Dispose();
        _low.Dispose();
    }

    private static X509Certificate2 Authority(string subject, out ECDsa key)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static TlsCertificate Sign(string subject, X509Certificate2 issuer, ECDsa issuerKey)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        using var signed = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
        return new TlsCertificate([new EncodedCertificate(signed.RawData)], new PrivateKeyBytes(SensitiveBytes.Copy(key.ExportPkcs8PrivateKey())));
    }
}
