using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.Testing;
using SecretProviders.Verification;

namespace SecretProviders.Tests.Verification;

/// <summary>Who is let in by which anchors.</summary>
public sealed class PeerVerifierTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TestCertificateAuthority _everybody;
    private readonly TestCertificateAuthority _one;
    private readonly TestCertificateAuthority _two;

    public PeerVerifierTests()
    {
        _everybody = new TestCertificateAuthority("Everybody", _time);
        _one = new TestCertificateAuthority("One", _time);
        _two = new TestCertificateAuthority("Two", _time);
    }

    private ValidationContext Trust => new()
    {
        TrustAnchors = [_everybody.Certificate],
        TrustDomains = Domains(("one.example", _one), ("two.example", _two)),
    };

    public void Dispose()
    {
        _everybody.Dispose();
        _one.Dispose();
        _two.Dispose();
    }

    [Fact]
    public void Client_of_a_listed_trust_domain_chains_to_it() =>
        Assert.Null(Refuse(Trust, _one.Issue("envoy", Spiffe("spiffe://one.example/envoy"))));

    [Fact]
    public void Anchor_of_one_domain_never_vouches_for_another() =>
        Assert.Equal("its certificate does not chain to a trusted anchor", Refuse(Trust, _one.Issue("envoy", Spiffe("spiffe://two.example/envoy"))));

    [Fact]
    public void Common_anchor_does_not_vouch_for_a_listed_domain() =>
        Assert.Equal("its certificate does not chain to a trusted anchor", Refuse(Trust, _everybody.Issue("envoy", Spiffe("spiffe://one.example/envoy"))));

    [Fact]
    public void Anchor_of_a_domain_does_not_vouch_for_a_client_without_a_spiffe_id() =>
        Assert.Equal("its certificate does not chain to a trusted anchor", Refuse(Trust, _one.Issue("envoy.example")));

    [Fact]
    public void Client_without_a_spiffe_id_chains_to_a_common_anchor() => Assert.Null(Refuse(Trust, _everybody.Issue("envoy.example")));

    [Fact]
    public void Two_spiffe_ids_are_none() =>
        Assert.Equal(
            "its certificate does not chain to a trusted anchor",
            Refuse(Trust, _one.Issue("envoy", Spiffe("spiffe://one.example/envoy", "spiffe://one.example/other"))));

    [Fact]
    public void Spiffe_id_of_a_trust_domain_itself_identifies_nobody() =>
        Assert.Equal(
            "its certificate has no SPIFFE ID",
            Refuse(new ValidationContext { TrustDomains = Domains(("one.example", _one)) }, _one.Issue("envoy", Spiffe("spiffe://one.example"))));

    [Fact]
    public void Unlisted_domain_is_refused_where_only_domains_are_trusted() =>
        Assert.Equal(
            "its trust domain is not trusted",
            Refuse(new ValidationContext { TrustDomains = Domains(("one.example", _one)) }, _two.Issue("envoy", Spiffe("spiffe://two.example/envoy"))));

    [Fact]
    public void Client_without_a_spiffe_id_is_refused_where_only_domains_are_trusted() =>
        Assert.Equal("its certificate has no SPIFFE ID", Refuse(new ValidationContext { TrustDomains = Domains(("one.example", _one)) }, _one.Issue("envoy.example")));

    [Fact]
    public void Intermediates_of_the_client_complete_the_chain()
    {
        using var intermediate = _everybody.CreateIntermediate();

        Assert.Null(Refuse(Trust, intermediate.Issue("envoy.example")));
    }

    [Fact]
    public void Anchor_may_be_an_intermediate()
    {
        using var intermediate = _everybody.CreateIntermediate();

        Assert.Null(Refuse(new ValidationContext { TrustAnchors = [intermediate.Certificate] }, intermediate.Issue("envoy.example")));
    }

    [Fact]
    public void Root_that_the_client_brings_along_vouches_for_nothing()
    {
        using var stranger = new TestCertificateAuthority("Stranger", _time);
        var issued = stranger.Issue("envoy.example");

        Assert.Equal(
            "its certificate does not chain to a trusted anchor",
            Refuse(Trust, issued, new X509Certificate2Collection(stranger.Certificate.Load())));
    }

    [Fact]
    public void Stranger_with_the_name_of_an_anchor_is_refused()
    {
        using var stranger = new TestCertificateAuthority("Everybody", _time);

        Assert.NotNull(Refuse(Trust, stranger.Issue("envoy.example")));
    }

    [Fact]
    public void Expired_client_is_refused() =>
        Assert.Equal("its certificate is not valid (NotTimeValid)", Refuse(Trust, _everybody.IssueExpired("envoy.example")));

    [Fact]
    public void Client_is_judged_by_the_time_of_the_server()
    {
        var issued = _everybody.Issue("envoy.example");

        Assert.Null(Refuse(Trust, issued));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.NotNull(Refuse(Trust, issued));
    }

    [Theory]
    [InlineData(0, "its certificate is 2 steps away from a trusted anchor, but may be 0")]
    [InlineData(1, "its certificate is 2 steps away from a trusted anchor, but may be 1")]
    [InlineData(2, null)]
    [InlineData(100, null)]
    public void Depth_counts_the_anchor_and_not_the_leaf(int depth, string? problem)
    {
        using var intermediate = _everybody.CreateIntermediate();

        Assert.Equal(problem, Refuse(Trust with { MaxVerifyDepth = depth }, intermediate.Issue("envoy.example")));
    }

    [Fact]
    public void Pinned_leaf_that_is_its_own_anchor_has_no_depth()
    {
        var issued = _everybody.Issue("envoy.example");

        Assert.Null(Refuse(new ValidationContext { TrustAnchors = [issued.Secret.Leaf], MaxVerifyDepth = 0 }, issued));
    }

    [Fact]
    public void Any_one_matcher_of_names_will_do()
    {
        var trust = Trust with
        {
            SubjectAltNames =
            [
                new SubjectAltNameMatcher(SubjectAltNameType.Uri, SubjectAltNameMatch.Prefix, "spiffe://"),
                new SubjectAltNameMatcher(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "envoy.example"),
            ],
        };

        Assert.Null(Refuse(trust, _everybody.Issue("envoy.example")));
        Assert.Equal("its certificate has no name that is accepted", Refuse(trust, _everybody.Issue("other.example")));
    }

    [Fact]
    public void Name_that_is_accepted_does_not_replace_the_chain()
    {
        using var stranger = new TestCertificateAuthority("Stranger", _time);
        var trust = Trust with { SubjectAltNames = [new SubjectAltNameMatcher(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "envoy.example")] };

        Assert.NotNull(Refuse(trust, stranger.Issue("envoy.example")));
    }

    [Fact]
    public void Pins_are_asked_beside_the_chain()
    {
        using var stranger = new TestCertificateAuthority("Stranger", _time);
        var (pinned, foreign) = (_everybody.Issue("envoy.example"), stranger.Issue("envoy.example"));
        var trust = Trust with { CertificateHashes = [pinned.Secret.Leaf.Sha256, foreign.Secret.Leaf.Sha256] };

        Assert.Null(Refuse(trust, pinned));
        Assert.Equal("its certificate is not one of the pinned ones", Refuse(trust, _everybody.Issue("envoy.example")));
        Assert.Equal("its certificate does not chain to a trusted anchor", Refuse(trust, foreign));
    }

    [Fact]
    public void Pins_without_any_anchor_suffice_while_the_certificate_is_valid()
    {
        var pinned = _everybody.Issue("envoy.example");
        var trust = new ValidationContext { CertificateHashes = [pinned.Secret.Leaf.Sha256] };

        Assert.Null(Refuse(trust, pinned));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.StartsWith("its certificate is not valid (NotTimeValid", Refuse(trust, pinned), StringComparison.Ordinal);
    }

    [Fact]
    public void Pins_do_not_replace_the_anchors_of_trust_domains()
    {
        var pinned = _everybody.Issue("envoy.example");
        var trust = new ValidationContext { CertificateHashes = [pinned.Secret.Leaf.Sha256], TrustDomains = Domains(("one.example", _one)) };

        Assert.Equal("its certificate has no SPIFFE ID", Refuse(trust, pinned));
    }

    public static TheoryData<string, ValidationContext> Unusable => new()
    {
        { "holds no trust anchor and no pin", new ValidationContext() },
        { "holds no trust anchor and no pin", new ValidationContext { SubjectAltNames = [new SubjectAltNameMatcher(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "a")] } },
        { "holds lax flags, which are not honoured here; leave them out", new ValidationContext { AcceptUntrusted = true, CertificateHashes = [new string('0', 64)] } },
        { "holds lax flags, which are not honoured here; leave them out", new ValidationContext { AllowExpiredCertificate = true, CertificateHashes = [new string('0', 64)] } },
        { "holds a revocation list that cannot be read", new ValidationContext { RevocationLists = [new byte[] { 1 }], CertificateHashes = [new string('0', 64)] } },
    };

    [Theory]
    [MemberData(nameof(Unusable), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_enforced_is_refused(string message, ValidationContext trust) =>
        Assert.Equal(message, Assert.Throws<UnusableTrustException>(() => new PeerVerifier(trust, PeerRole.Client)).Message);

    [Fact]
    public void Trust_domains_are_refused_where_peers_are_not_told_apart_by_them() =>
        Assert.StartsWith("holds SPIFFE trust domains", Assert.Throws<UnusableTrustException>(() => new PeerVerifier(Trust, PeerRole.Server)).Message, StringComparison.Ordinal);

    // A stand-in for the rules of SPIFFE, which live elsewhere.
    private static string? DomainOf(CertificateNames names) => names.Uris is [{ } text] && new Uri(text) is { AbsolutePath.Length: > 1 } uri ? uri.Host : null;

    private static TestCertificateOptions Spiffe(params string[] ids) => new() { Uris = [.. ids.Select(static id => new Uri(id))] };

    private static ImmutableSortedDictionary<string, ImmutableArray<EncodedCertificate>> Domains(params (string Name, TestCertificateAuthority Authority)[] domains) =>
        domains.ToImmutableSortedDictionary(
            static domain => domain.Name, static domain => ImmutableArray.Create(domain.Authority.Certificate), StringComparer.Ordinal);

    private string? Refuse(ValidationContext trust, TestCertificate client, X509Certificate2Collection? others = null)
    {
        using var leaf = client.Secret.Leaf.Load();
        var sent = others ?? new X509Certificate2Collection(client.Secret.Chain.Skip(1).Select(static one => one.Load()).ToArray());
        return new PeerVerifier(trust, PeerRole.Client, DomainOf).Refuse(leaf, sent, _time.GetUtcNow());
    }
}
