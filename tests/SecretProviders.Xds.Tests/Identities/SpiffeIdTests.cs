using SecretProviders.Xds.Identities;

namespace SecretProviders.Xds.Tests.Identities;

public sealed class SpiffeIdTests
{
    [Theory]
    [InlineData("spiffe://example.org", "example.org", "")]
    [InlineData("spiffe://example.org/web", "example.org", "/web")]
    [InlineData("spiffe://example.org/ns/edge/sa/web", "example.org", "/ns/edge/sa/web")]
    [InlineData("spiffe://example.org/A.b-C_9/...", "example.org", "/A.b-C_9/...")]
    [InlineData("spiffe://example.org/9eebccd2-12bf-40a6-b262-65fe0487d453", "example.org", "/9eebccd2-12bf-40a6-b262-65fe0487d453")]
    public void Id_is_read_and_written_unchanged(string text, string domain, string path)
    {
        Assert.True(SpiffeId.TryParse(text, out var id, out _));

        Assert.Equal((domain, path, text), (id.TrustDomain.Name, id.Path, id.ToString()));
        Assert.Equal(path.Length == 0, id.IsTrustDomain);
    }

    [Theory]
    [InlineData("", "does not begin with")]
    [InlineData("example.org/web", "does not begin with")]
    [InlineData("https://example.org/web", "does not begin with")]
    [InlineData("SPIFFE://example.org/web", "does not begin with")]
    [InlineData("spiffe:example.org/web", "does not begin with")]
    [InlineData("spiffe:///web", "names no trust domain")]
    [InlineData("spiffe://Example.org/web", "lower-case")]
    [InlineData("spiffe://example.org:80/web", "no port")]
    [InlineData("spiffe://user@example.org/web", "no user")]
    [InlineData("spiffe://example.org/", "ends with a slash")]
    [InlineData("spiffe://example.org/web/", "ends with a slash")]
    [InlineData("spiffe://example.org//web", "empty segment")]
    [InlineData("spiffe://example.org/./web", "'.' or '..'")]
    [InlineData("spiffe://example.org/web/..", "'.' or '..'")]
    [InlineData("spiffe://example.org/%77eb", "nothing is escaped")]
    [InlineData("spiffe://example.org/wéb", "nothing is escaped")]
    [InlineData("spiffe://example.org/web?x=1", "no query")]
    [InlineData("spiffe://example.org/web#x", "no fragment")]
    [InlineData("spiffe://example.org/we b", "letters")]
    [InlineData("spiffe://example.org/web\0", "letters")]
    [InlineData("spiffe://example.org/we:b", "letters")]
    public void Breach_names_its_rule(string text, string rule)
    {
        Assert.False(SpiffeId.TryParse(text, out _, out var problem));

        Assert.Contains(rule, problem, StringComparison.Ordinal);
        Assert.Contains("SPIFFE-ID, section 2", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2048, true)]
    [InlineData(2049, false)]
    public void Id_has_at_most_2048_characters(int length, bool allowed) =>
        Assert.Equal(allowed, SpiffeId.TryParse("spiffe://example.org/".PadRight(length, 'a'), out _, out _));

    [Fact]
    public void Service_account_makes_an_id_and_is_read_from_it()
    {
        var id = SpiffeId.ForServiceAccount(Parse("spiffe://example.org").TrustDomain, "edge", "web");

        Assert.Equal("spiffe://example.org/ns/edge/sa/web", id.ToString());
        Assert.Equal(("edge", "web"), id.ServiceAccount);
    }

    [Theory]
    [InlineData("", "web")]
    [InlineData("edge", "")]
    [InlineData("..", "web")]
    [InlineData("edge", "we/b")]
    [InlineData("a/sa/b", "web")]
    [InlineData("edge", "web?")]
    public void Service_account_that_is_no_segment_is_refused(string space, string account) =>
        Assert.Throws<FormatException>(() => SpiffeId.ForServiceAccount(Parse("spiffe://example.org").TrustDomain, space, account));

    [Theory]
    [InlineData("spiffe://example.org")]
    [InlineData("spiffe://example.org/ns/edge")]
    [InlineData("spiffe://example.org/ns/edge/sa")]
    [InlineData("spiffe://example.org/ns/edge/sa/web/more")]
    [InlineData("spiffe://example.org/sa/web/ns/edge")]
    [InlineData("spiffe://example.org/NS/edge/sa/web")]
    public void Other_paths_are_no_service_account(string text) => Assert.Null(Parse(text).ServiceAccount);

    private static SpiffeId Parse(string text) => SpiffeId.TryParse(text, out var id, out var problem) ? id : throw new FormatException(problem);
}
