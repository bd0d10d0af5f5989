using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using SecretProviders.AspNetCore.Tls;
using SecretProviders.Testing;

namespace SecretProviders.AspNetCore.Tests.Tls;

/// <summary>Who is let in by which anchors.</summary>
public sealed class ClientTrustTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TestCertificateAuthority _everybody;
    private readonly TestCertificateAuthority _one;
    private readonly TestCertificateAuthority _two;

    public ClientTrustTests()
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

    public static TheoryData<string, ValidationContext> Demands => new()
    {
        { "revocation lists", new ValidationContext { RevocationLists = [new byte[] { 1 }] } },
        { "matchers of subject alternative names", new ValidationContext { SubjectAltNames = [new SubjectAltNameMatcher(SubjectAltNameType.Dns, SubjectAltNameMatch.Exact, "a")] } },
        { "pins", new ValidationContext { CertificateHashes = ["00"] } },
        { "pins", new ValidationContext { SpkiHashes = ["AA=="] } },
        { "lax flags", new ValidationContext { AcceptUntrusted = true } },
        { "lax flags", new ValidationContext { AllowExpiredCertificate = true } },
        { "a limit of depth", new ValidationContext { MaxVerifyDepth = 1 } },
    };

    [Theory]
    [MemberData(nameof(Demands), DisableDiscoveryEnumeration = true)]
    public void What_is_not_enforced_is_refused(string name, ValidationContext demand)
    {
        var failure = Assert.Throws<UnusableTlsSecretException>(() => ClientTrust.Make(demand with { TrustAnchors = [_everybody.Certificate] }));

        Assert.Equal($"holds {name}, which a listener does not enforce; give it trust anchors and trust domains only", failure.Message);
    }

    [Fact]
    public void Trust_in_nobody_is_refused() =>
        Assert.Equal("holds no trust anchor", Assert.Throws<UnusableTlsSecretException>(static () => ClientTrust.Make(new ValidationContext())).Message);

    private static TestCertificateOptions Spiffe(params string[] ids) => new() { Uris = [.. ids.Select(static id => new Uri(id))] };

    private static ImmutableSortedDictionary<string, ImmutableArray<EncodedCertificate>> Domains(params (string Name, TestCertificateAuthority Authority)[] domains) =>
        domains.ToImmutableSortedDictionary(
            static domain => domain.Name, static domain => ImmutableArray.Create(domain.Authority.Certificate), StringComparer.Ordinal);

    private string? Refuse(ValidationContext trust, TestCertificate client, X509Certificate2Collection? others = null)
    {
        using var leaf = client.Secret.Leaf.Load();
        var sent = others ?? new X509Certificate2Collection(client.Secret.Chain.Skip(1).Select(static one => one.Load()).ToArray());
        return ClientTrust.Make(trust).Refuse(leaf, sent, _time.GetUtcNow());
    }
}
