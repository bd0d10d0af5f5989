using SecretProviders.Xds.Identities;

namespace SecretProviders.Xds.Tests.Identities;

public sealed class TrustDomainTests
{
    [Theory]
    [InlineData("example.org", "example.org")]
    [InlineData("spiffe://example.org", "example.org")]
    [InlineData("a", "a")]
    [InlineData("under_score-and.dash", "under_score-and.dash")]
    [InlineData("1.2.3.4", "1.2.3.4")]
    public void Name_is_read_with_and_without_the_scheme(string text, string name)
    {
        Assert.True(TrustDomain.TryParse(text, out var domain, out _));

        Assert.Equal((name, $"spiffe://{name}"), (domain.Name, domain.ToString()));
    }

    [Theory]
    [InlineData("", "names no trust domain")]
    [InlineData("spiffe://", "names no trust domain")]
    [InlineData("Example.org", "lower-case")]
    [InlineData("example.org:8443", "no port")]
    [InlineData("user@example.org", "no user")]
    [InlineData("example.org/", "lower-case")]
    [InlineData("example.org/path", "lower-case")]
    [InlineData("ex%61mple.org", "lower-case")]
    [InlineData("bücher.example", "lower-case")]
    [InlineData("example.org?x", "lower-case")]
    [InlineData("[::1]", "lower-case")]
    [InlineData("exa mple", "lower-case")]
    [InlineData("spiffe://spiffe://example.org", "lower-case")]
    public void Breach_names_its_rule(string text, string rule)
    {
        Assert.False(TrustDomain.TryParse(text, out _, out var problem));

        Assert.Contains(rule, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Name_has_at_most_255_characters(int length, bool allowed) =>
        Assert.Equal(allowed, TrustDomain.TryParse(new string('a', length), out _, out _));

    [Fact]
    public void Equal_names_are_equal_trust_domains()
    {
        Assert.True(TrustDomain.TryParse("example.org", out var one, out _));
        Assert.True(TrustDomain.TryParse("spiffe://example.org", out var other, out _));

        Assert.Equal(one, other);
    }
}
