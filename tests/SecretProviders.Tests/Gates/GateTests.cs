using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Gates;
using SecretProviders.Routing;
using SecretProviders.Testing;
using SecretProviders.Tests.Routing;

namespace SecretProviders.Tests.Gates;

public sealed class GateTests
{
    private static readonly TestCertificateAuthority Authority = new();
    private static readonly TlsCertificate Leaf = Authority.Issue("web.example", new TestCertificateOptions { DnsNames = ["*.apps.example"] }).Secret;

    [Theory]
    [InlineData("web.example", "web.example", true)]
    [InlineData("WEB.example", "web.EXAMPLE", true)]
    [InlineData("web.example", "web.example.com", false)]
    [InlineData("example.com", "web.example.com", false)]
    [InlineData("*.example.com", "web.example.com", true)]
    [InlineData("*.EXAMPLE.com", "web.example.COM", true)]
    [InlineData("*.example.com", "example.com", false)]
    [InlineData("*.example.com", ".example.com", false)]
    [InlineData("*.example.com", "a.b.example.com", false)]
    [InlineData("*.example.com", "*.example.com", true)]
    [InlineData("*.example.com", "web.example.com.evil", false)]
    [InlineData("*.example.com", "webXexample.com", false)]
    [InlineData("*", "web", false)]
    [InlineData("w*.example.com", "web.example.com", false)]
    [InlineData("web.*.com", "web.example.com", false)]
    public void A_wildcard_covers_one_whole_label(string pattern, string name, bool expected) => Assert.Equal(expected, NameInSanGate.Covers(pattern, name));

    [Theory]
    [InlineData("web.example", true)]
    [InlineData("a.apps.example", true)]
    [InlineData("apps.example", false)]
    [InlineData("spiffe://web.example/x", false)]
    public void The_name_must_be_among_the_leafs_dns_names(string name, bool expected) =>
        AssertVerdict(expected, SecretProblemCode.NameMismatch, NameInSanGate.Check(Leaf, name));

    [Fact]
    public void A_leaf_without_alternative_names_has_no_dns_names() =>
        AssertVerdict(false, SecretProblemCode.NameMismatch, NameInSanGate.Check(SelfSigned("CN=web.example"), "web.example"));

    [Theory]
    [InlineData(TestKeyAlgorithm.Rsa1024, 1024, true)]
    [InlineData(TestKeyAlgorithm.Rsa1024, 1025, false)]
    [InlineData(TestKeyAlgorithm.Rsa2048, 2048, true)]
    [InlineData(TestKeyAlgorithm.Rsa2048, 3072, false)]
    [InlineData(TestKeyAlgorithm.EcdsaP256, 4096, true)]
    public void Only_rsa_keys_have_a_smallest_size(TestKeyAlgorithm algorithm, int minimum, bool expected) => AssertVerdict(
        expected, SecretProblemCode.WeakKey, MinRsaBitsGate.Check(Authority.Issue("a", new TestCertificateOptions { Algorithm = algorithm }).Secret, minimum));

    public static TheoryData<Secret, long> Sizes => new()
    {
        { Leaf, Leaf.Leaf.Der.Length + ((PrivateKeyBytes)Leaf.PrivateKey).Pkcs8.Length },
        { Leaf with { OcspStaple = new byte[100] }, Leaf.Leaf.Der.Length + ((PrivateKeyBytes)Leaf.PrivateKey).Pkcs8.Length + 100 },
        { Authority.Trust with { RevocationLists = [new byte[7]] }, Authority.Certificate.Der.Length + 7 },
        { new ValidationContext { TrustDomains = Authority.Trust.TrustDomains.Add("a", [Authority.Certificate]) }, Authority.Certificate.Der.Length },
        { new SessionTicketKeys([Bytes(80), Bytes(80)]), 160 },
        { new GenericSecret(Bytes(5)), 5 },
        { new GenericSecret([KeyValuePair.Create("a", Bytes(5)), KeyValuePair.Create("b", Bytes(6))]), 11 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_secret_may_be_as_large_as_allowed_and_no_larger(Secret secret, long size)
    {
        AssertVerdict(true, default, MaxBytesGate.Check(secret, size));
        AssertVerdict(false, SecretProblemCode.TooLarge, MaxBytesGate.Check(secret, size - 1));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(SecretKind.TlsCertificate, true)]
    [InlineData(SecretKind.ValidationContext, false)]
    [InlineData(SecretKind.Generic, false)]
    public void A_name_keeps_its_kind(SecretKind? kind, bool expected) => AssertVerdict(expected, SecretProblemCode.WrongKind, KindGate.Check(Leaf, kind));

    [Fact]
    public void A_leaf_must_chain_to_the_trust_that_the_route_names()
    {
        using var other = new TestCertificateAuthority("Other CA");

        AssertVerdict(true, default, ChainToTrustGate.Check(Leaf, "ca", Authority.Trust));
        AssertVerdict(false, SecretProblemCode.Untrusted, ChainToTrustGate.Check(Leaf, "ca", other.Trust));
        AssertVerdict(false, SecretProblemCode.Untrusted, ChainToTrustGate.Check(Leaf, "ca", new ValidationContext()));
        AssertVerdict(false, SecretProblemCode.Untrusted, ChainToTrustGate.Check(Leaf, "ca", trust: null));
    }

    [Fact]
    public void An_anchor_of_a_trust_domain_counts_as_trust() => AssertVerdict(
        true, default, ChainToTrustGate.Check(Leaf, "ca", new ValidationContext { TrustDomains = Authority.Trust.TrustDomains.Add("example.org", [Authority.Certificate]) }));

    [Theory]
    [InlineData("kind")]
    [InlineData("kind,maxBytes,minRsaBits,nameInSan,chainToTrust")]
    public void Only_the_gates_that_a_route_sets_are_asked(string expected)
    {
        var gates = expected.Contains(',', StringComparison.Ordinal)
            ? new SecretGates { MaxBytes = 1 << 20, MinRsaBits = 2048, NameInSan = true, ChainToTrust = "ca" }
            : SecretGates.None;

        var verdicts = Judge(gates, Leaf);

        Assert.Equal(expected, string.Join(',', verdicts.Select(static verdict => verdict.Gate)));
        Assert.All(verdicts, static verdict => Assert.Null(verdict.Problem));
    }

    [Fact]
    public void Every_gate_gives_its_verdict_although_an_earlier_one_failed()
    {
        var verdicts = Judge(new SecretGates { MaxBytes = 1, NameInSan = true, ChainToTrust = "ca" }, Leaf, name: "other.example");

        Assert.Equal(
            [("kind", null), ("maxBytes", SecretProblemCode.TooLarge), ("nameInSan", SecretProblemCode.NameMismatch), ("chainToTrust", null)],
            verdicts.Select(static verdict => (verdict.Gate, verdict.Problem?.Code)));
    }

    [Fact]
    public void Gates_of_leaves_are_not_asked_about_other_kinds() =>
        Assert.Equal(["kind"], Judge(new SecretGates { MinRsaBits = 2048, NameInSan = true, ChainToTrust = "ca" }, Authority.Trust).Select(static verdict => verdict.Gate));

    [Fact]
    public void A_leaf_whose_extension_is_broken_is_malformed_and_nothing_is_thrown()
    {
        var broken = SelfSigned("CN=web.example", new X509Extension("2.5.29.17", [0x30, 0x03, 0x82, 0x05, 0x61], critical: false));

        var verdicts = Judge(new SecretGates { NameInSan = true }, broken);

        Assert.Equal(SecretProblemCode.Malformed, verdicts[^1].Problem!.Code);
    }

    [Fact]
    public void A_verdict_explains_itself()
    {
        Assert.Equal(new GateExplanation("kind", true, "TlsCertificate"), KindGate.Check(Leaf, null).Explain());
        Assert.False(KindGate.Check(Leaf, SecretKind.Generic).Explain().Passed);
    }

    private static ImmutableArray<GateVerdict> Judge(SecretGates gates, Secret secret, string name = "web.example")
    {
        RouteMatch match = Routes.Table(Routes.To("**") with { Gates = gates }).Match(name)!;
        return GateKeeper.Judge(match, name, secret, kind: null, Authority.Trust);
    }

    private static void AssertVerdict(bool passes, SecretProblemCode code, GateVerdict verdict)
    {
        Assert.Equal(passes ? null : code, verdict.Problem?.Code);
        Assert.NotEmpty(verdict.Detail);
    }

    private static SensitiveBytes Bytes(int length) => SensitiveBytes.Copy(new byte[length]);

    private static TlsCertificate SelfSigned(string subject, params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        Array.ForEach(extensions, request.CertificateExtensions.Add);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return new TlsCertificate([new EncodedCertificate(certificate.RawData)], new PrivateKeyBytes(SensitiveBytes.Copy(key.ExportPkcs8PrivateKey())));
    }
}
