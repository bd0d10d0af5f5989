using System.Net;
using SecretProviders.Testing;
using SecretProviders.Verification;
using static SecretProviders.SubjectAltNameMatch;

namespace SecretProviders.Tests.Verification;

/// <summary>Which names meet which matcher, as Envoy has it.</summary>
public sealed class NameMatcherTests : IDisposable
{
    private readonly TestCertificateAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("envoy.example", "envoy.example", true)]
    [InlineData("envoy.example", "ENVOY.Example", true)]
    [InlineData("envoy.example", "other.example", false)]
    [InlineData("envoy.example", "envoy.example.org", false)]
    [InlineData("a.envoy.example", "*.envoy.example", true)]
    [InlineData("A.Envoy.example", "*.envoy.EXAMPLE", true)]
    [InlineData("a.b.envoy.example", "*.envoy.example", false)]
    [InlineData("envoy.example", "*.envoy.example", false)]
    [InlineData("foobar.example", "foo*.example", true)]
    [InlineData("foobar.example", "*bar.example", true)]
    [InlineData("foobar.example", "f*r.example", true)]
    [InlineData("fr.example", "f*r.example", true)]
    [InlineData("foo.example", "foo*oo.example", false)]
    [InlineData("foobar.example", "*o*.example", false)]
    [InlineData("a.example", "**.example", false)]
    [InlineData("a.b.example", "a.*.example", false)]
    [InlineData("a.b.example", "*.*.example", false)]
    [InlineData("example", "*", false)]
    [InlineData("xn--abc.example", "xn--*.example", false)]
    [InlineData("*.example", "a.example", false)]
    [InlineData("*.example", "*.example", true)]
    public void Exact_match_of_a_DNS_name_follows_DNS(string wanted, string inCertificate, bool matches) =>
        Assert.Equal(matches, Matches(new(SubjectAltNameType.Dns, Exact, wanted), new() { DnsNames = [inCertificate] }));

    [Theory]
    [InlineData(Prefix, "envoy.", "envoy.example", true)]
    [InlineData(Prefix, "Envoy.", "envoy.example", false)]
    [InlineData(Prefix, "example", "envoy.example", false)]
    [InlineData(Suffix, ".example", "envoy.example", true)]
    [InlineData(Suffix, ".Example", "envoy.example", false)]
    [InlineData(Suffix, "example.", "envoy.example", false)]
    [InlineData(Contains, "oy.ex", "envoy.example", true)]
    [InlineData(Contains, "OY.ex", "envoy.example", false)]
    [InlineData(Contains, "", "envoy.example", true)]
    [InlineData(Regex, "envoy\\.[a-z]+", "envoy.example", true)]
    [InlineData(Regex, "envoy", "envoy.example", false)]
    [InlineData(Regex, "example", "envoy.example", false)]
    [InlineData(Regex, "envoy|example", "envoy.example", false)]
    [InlineData(Regex, "(?i)ENVOY.*", "envoy.example", true)]
    [InlineData(Suffix, ".example", "*.example", true)]
    public void Other_matches_compare_text(SubjectAltNameMatch match, string value, string inCertificate, bool matches) =>
        Assert.Equal(matches, Matches(new(SubjectAltNameType.Dns, match, value), new() { DnsNames = [inCertificate] }));

    [Theory]
    [InlineData(Exact, "SPIFFE://example.org/A", true)]
    [InlineData(Prefix, "SPIFFE://", true)]
    [InlineData(Suffix, "/A", true)]
    [InlineData(Contains, "EXAMPLE", true)]
    [InlineData(Regex, "SPIFFE://.*", false)]
    public void Case_is_ignored_where_it_is_asked_for_and_never_by_an_expression(SubjectAltNameMatch match, string value, bool matches) =>
        Assert.Equal(matches, Matches(new(SubjectAltNameType.Uri, match, value, IgnoreCase: true), new() { Uris = [new Uri("spiffe://example.org/a")] }));

    [Fact]
    public void Exact_match_of_a_URI_knows_no_wildcard() =>
        Assert.False(Matches(new(SubjectAltNameType.Uri, Exact, "urn:a.example"), new() { Uris = [new Uri("urn:*.example")] }));

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("10.0.0.2", false)]
    [InlineData("2001:db8::1", true)]
    public void Address_is_compared_as_text(string wanted, bool matches) =>
        Assert.Equal(matches, Matches(new(SubjectAltNameType.IpAddress, Exact, wanted), new() { IpAddresses = [IPAddress.Parse("10.0.0.1"), IPAddress.Parse("2001:db8::1")] }));

    [Fact]
    public void Name_of_another_sort_does_not_count()
    {
        var options = new TestCertificateOptions { DnsNames = ["10.0.0.1"], Uris = [new Uri("spiffe://example.org/a")] };

        Assert.False(Matches(new(SubjectAltNameType.IpAddress, Exact, "10.0.0.1"), options));
        Assert.False(Matches(new(SubjectAltNameType.Email, Contains, "example.org"), options));
    }

    [Fact]
    public void Common_name_does_not_count() => Assert.False(Matches(new(SubjectAltNameType.Email, Contains, "leaf"), new()));

    [Theory]
    [InlineData("(")]
    [InlineData("(a)\\1")]
    [InlineData("a(?=b)")]
    [InlineData("a)|(?:b")]
    public void Expression_that_is_not_RE2_is_refused(string expression) =>
        Assert.Throws<UnusableTrustException>(() => NameMatcher.Make(new(SubjectAltNameType.Dns, Regex, expression)));

    [Fact]
    public void Matcher_without_a_sort_of_name_is_refused() =>
        Assert.Throws<UnusableTrustException>(static () => NameMatcher.Make(new(SubjectAltNameType.Unspecified, Exact, "a")));

    [Fact]
    public void Hostile_name_takes_no_exponential_time()
    {
        var name = new string('a', 60_000);

        Assert.False(Matches(new(SubjectAltNameType.Uri, Regex, "spiffe://x/(a+)+b"), new() { Uris = [new Uri($"spiffe://x/{name}")] }));
    }

    private bool Matches(SubjectAltNameMatcher matcher, TestCertificateOptions options)
    {
        using var leaf = _authority.Issue("leaf", options).Secret.Leaf.Load();
        return NameMatcher.Make(matcher).Matches(CertificateNames.Of(leaf));
    }
}
