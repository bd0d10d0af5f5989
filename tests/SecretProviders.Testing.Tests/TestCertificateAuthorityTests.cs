using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SecretProviders.Testing.Tests;

public sealed class TestCertificateAuthorityTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly TestCertificateAuthority _authority;

    public TestCertificateAuthorityTests() => _authority = new TestCertificateAuthority(timeProvider: _clock);

    [Theory]
    [InlineData(TestKeyAlgorithm.EcdsaP256)]
    [InlineData(TestKeyAlgorithm.EcdsaP384)]
    [InlineData(TestKeyAlgorithm.Rsa2048)]
    [InlineData(TestKeyAlgorithm.Rsa1024)]
    public void The_files_of_a_certificate_load_as_a_pair(TestKeyAlgorithm algorithm)
    {
        var issued = _authority.Issue(options: new TestCertificateOptions { Algorithm = algorithm });

        using var loaded = Load(issued);

        Assert.Equal(issued.Secret.Leaf.Der, loaded.RawData);
    }

    [Fact]
    public void A_leaf_chains_to_the_trust_that_comes_with_it()
    {
        var issued = _authority.Issue();

        Assert.True(Chains(issued.Secret, issued.Trust));
    }

    [Fact]
    public void A_leaf_does_not_chain_to_another_authority()
    {
        using var other = new TestCertificateAuthority(timeProvider: _clock);

        Assert.False(Chains(_authority.Issue().Secret, other.Trust));
    }

    [Fact]
    public void An_intermediate_is_in_the_chain_and_the_root_is_not()
    {
        using var intermediate = _authority.CreateIntermediate();
        using var second = intermediate.CreateIntermediate("Second");

        var issued = second.Issue();

        Assert.Equal([second.Certificate, intermediate.Certificate], issued.Secret.Chain.Skip(1));
        Assert.True(Chains(issued.Secret, _authority.Trust));
    }

    [Fact]
    public void Names_of_every_sort_are_in_the_certificate()
    {
        var issued = _authority.Issue("one.example", new TestCertificateOptions
        {
            DnsNames = ["two.example"],
            Uris = [new Uri("spiffe://example.org/web")],
            IpAddresses = [IPAddress.Loopback],
        });

        using var leaf = issued.Secret.Leaf.Load();
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();

        Assert.Equal(["one.example", "two.example"], names.EnumerateDnsNames());
        Assert.Equal([IPAddress.Loopback], names.EnumerateIPAddresses());
        Assert.Contains("spiffe://example.org/web", Encoding.Latin1.GetString(names.RawData), StringComparison.Ordinal);
    }

    [Fact]
    public void Validity_follows_the_clock()
    {
        _clock.Advance(TimeSpan.FromDays(1));

        var leaf = _authority.Issue(options: new TestCertificateOptions { Lifetime = TimeSpan.FromMinutes(5) }).Secret.Leaf;

        Assert.Equal(_clock.GetUtcNow() - TimeSpan.FromMinutes(1), leaf.NotBefore);
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromMinutes(5), leaf.NotAfter);
    }

    [Fact]
    public void An_expired_certificate_was_valid_once()
    {
        var leaf = _authority.IssueExpired().Secret.Leaf;

        Assert.True(leaf.NotAfter < _clock.GetUtcNow());
        Assert.True(leaf.NotBefore < leaf.NotAfter);
    }

    [Fact]
    public void A_mismatched_pair_does_not_load()
    {
        var mismatched = _authority.Issue().WithKeyOf(_authority.Issue());

        Assert.ThrowsAny<Exception>(() => Load(mismatched).Dispose());
    }

    [Fact]
    public void Two_certificates_of_one_name_differ()
    {
        Assert.NotEqual(_authority.Issue().Secret, _authority.Issue().Secret);
    }

    [Fact]
    public void A_revocation_list_names_what_it_revokes()
    {
        var revoked = _authority.Issue();

        var list = CertificateRevocationListBuilder.Load(_authority.CreateRevocationList(revoked).ToArray(), out var number, out _);

        Assert.Equal(1, number);
        Assert.True(list.RemoveEntry(revoked.SerialNumber.AsSpan()));
    }

    [Fact]
    public void Each_revocation_list_has_the_next_number()
    {
        _authority.CreateRevocationList();

        CertificateRevocationListBuilder.Load(_authority.CreateRevocationList().ToArray(), out var number, out _);

        Assert.Equal(2, number);
    }

    public void Dispose() => _authority.Dispose();

    private static X509Certificate2 Load(TestCertificate issued) => X509Certificate2.CreateFromPem(
        Encoding.ASCII.GetString(issued.CertificatePem), Encoding.ASCII.GetString(issued.PrivateKeyPem));

    private static X509Certificate2[] Load(IEnumerable<EncodedCertificate> certificates) =>
        [.. certificates.Select(static certificate => certificate.Load())];

    private bool Chains(TlsCertificate secret, ValidationContext trust)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _clock.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.CustomTrustStore.AddRange(Load(trust.TrustAnchors));
        chain.ChainPolicy.ExtraStore.AddRange(Load(secret.Chain.Skip(1)));
        using var leaf = secret.Leaf.Load();
        return chain.Build(leaf);
    }
}
