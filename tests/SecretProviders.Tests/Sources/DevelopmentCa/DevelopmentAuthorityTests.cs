using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.DevelopmentCa;

namespace SecretProviders.Tests.Sources.DevelopmentCa;

public sealed class DevelopmentAuthorityTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private readonly DevelopmentAuthority _authority = new(Now);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Leaf_chains_to_the_authority()
    {
        using var leaf = Issue().Leaf.Load();
        using var root = _authority.Certificate.Load();
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Now.UtcDateTime;

        Assert.True(chain.Build(leaf), string.Join(", ", chain.ChainStatus.Select(static status => status.StatusInformation)));
    }

    [Fact]
    public void Leaf_does_not_chain_to_another_authority()
    {
        using var other = new DevelopmentAuthority(Now);

        Assert.NotEqual(other.Certificate.Subject, _authority.Certificate.Subject);
        Assert.NotEqual(other.Certificate.Sha256, _authority.Certificate.Sha256);
    }

    [Fact]
    public void Leaf_is_valid_a_little_before_now_and_for_its_lifetime()
    {
        var leaf = Issue().Leaf;

        Assert.Equal(Now.AddMinutes(-5), leaf.NotBefore);
        Assert.Equal(Now + Lifetime, leaf.NotAfter);
    }

    [Fact]
    public void Leaf_never_outlives_its_authority() =>
        Assert.Equal(_authority.Certificate.NotAfter, Issue(now: _authority.Certificate.NotAfter.AddMinutes(-1)).Leaf.NotAfter);

    [Fact]
    public void Private_key_is_the_leafs_and_p256()
    {
        var certificate = Issue();
        using var leaf = certificate.Leaf.Load();
        using var publicKey = leaf.GetECDsaPublicKey()!;
        using var privateKey = ECDsa.Create();
        privateKey.ImportPkcs8PrivateKey(Assert.IsType<PrivateKeyBytes>(certificate.PrivateKey).Pkcs8.GetSpan(), out _);

        Assert.Equal(publicKey.ExportSubjectPublicKeyInfo(), privateKey.ExportSubjectPublicKeyInfo());
        Assert.Equal("1.2.840.10045.3.1.7", publicKey.ExportParameters(includePrivateParameters: false).Curve.Oid.Value);
    }

    [Fact]
    public void Leaf_serves_servers_and_clients_and_signs_no_certificates()
    {
        using var leaf = Issue().Leaf.Load();
        var usages = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(static oid => oid.Value);

        Assert.Equal(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"], usages);
        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
    }

    [Fact]
    public void Serial_numbers_are_positive_and_differ()
    {
        using var one = Issue().Leaf.Load();
        using var two = Issue().Leaf.Load();

        Assert.NotEqual(one.SerialNumber, two.SerialNumber);
        Assert.InRange(one.SerialNumberBytes.Span[0], 0x40, 0x7F);
    }

    [Theory]
    [InlineData("web.example", "O=SecretProviders development, CN=web.example")]
    [InlineData("a-name-longer-than.the-sixty-four-characters.of-a-common-name.example", "O=SecretProviders development")]
    public void Name_that_is_too_long_for_a_common_name_is_in_the_alternative_name_only(string name, string subject) =>
        Assert.Equal(subject, Issue(name).Leaf.Subject);

    private TlsCertificate Issue(string name = "web.example", DateTimeOffset? now = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        return _authority.Issue(name, names.Build(), now ?? Now, Lifetime);
    }
}
