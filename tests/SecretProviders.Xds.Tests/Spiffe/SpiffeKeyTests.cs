using SecretProviders.Spiffe;

namespace SecretProviders.Xds.Tests.Spiffe;

public sealed class SpiffeKeyTests
{
    [Theory]
    [InlineData("default", false)]
    [InlineData("ROOTCA", false)]
    [InlineData("ALL", true)]
    [InlineData("hint:internal", false)]
    [InlineData("spiffe://example.org/web", false)]
    [InlineData("spiffe://example.org", true)]
    public void Key_names_an_entry_of_one_stream(string text, bool isBundle)
    {
        Assert.True(SpiffeKey.TryParse(new SecretReference(text), flatBundles: false, out var key, out _));

        Assert.Equal(new SpiffeKey(text, isBundle), key);
    }

    [Theory]
    [InlineData("", "use a SPIFFE ID")]
    [InlineData("rootca", "use a SPIFFE ID")]
    [InlineData("Default", "use a SPIFFE ID")]
    [InlineData("example.org", "use a SPIFFE ID")]
    [InlineData("../default", "use a SPIFFE ID")]
    [InlineData("hint:", "printable")]
    [InlineData("hint:a\nb", "printable")]
    [InlineData("spiffe://Example.org/web", "lower-case")]
    [InlineData("spiffe://example.org/", "ends with a slash")]
    public void Other_keys_are_bad_names(string text, string remedy)
    {
        Assert.False(SpiffeKey.TryParse(new SecretReference(text), flatBundles: false, out _, out var problem));

        Assert.Equal(SecretProblemCode.BadName, problem.Code);
        Assert.Contains(remedy, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_trust_domains_are_never_one_flat_list()
    {
        Assert.False(SpiffeKey.TryParse(new SecretReference("ALL"), flatBundles: true, out _, out var problem));

        Assert.Contains("vouch for each other", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_trust_domain_may_be_flat() =>
        Assert.True(SpiffeKey.TryParse(new SecretReference("spiffe://example.org"), flatBundles: true, out _, out _));

    [Fact]
    public void What_a_reference_asks_beyond_its_key_is_refused()
    {
        SecretReference[] references =
        [
            new("default") { Property = "tls.crt" },
            new("default") { Version = "1" },
            new("default") { Parameters = new SecretReference("x").Parameters.Add("a", "b") },
        ];

        Assert.All(references, static reference => Assert.False(SpiffeKey.TryParse(reference, flatBundles: false, out _, out _)));
    }

    public static TheoryData<string> Unprintable => ["a\u001b[2Jb", "lone\ud800surrogate", new string('a', 101)];

    [Theory]
    [MemberData(nameof(Unprintable), DisableDiscoveryEnumeration = true)]
    public void Text_that_cannot_be_printed_is_not_repeated(string text)
    {
        Assert.False(SpiffeKey.TryParse(new SecretReference(text), flatBundles: false, out _, out var problem));

        Assert.StartsWith($"A key of {text.Length} characters", problem.Message, StringComparison.Ordinal);
    }
}
