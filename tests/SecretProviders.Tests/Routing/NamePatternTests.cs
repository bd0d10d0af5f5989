using SecretProviders.Routing;

namespace SecretProviders.Tests.Routing;

public sealed class NamePatternTests
{
    private static readonly string Longest = new('x', 253);

    [Theory]
    [InlineData("ROOTCA", "ROOTCA", true)]
    [InlineData("ROOTCA", "rootca", false)]
    [InlineData("ROOTCA", "ROOTCA2", false)]
    [InlineData("ROOTCA", "xROOTCA", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("a+(b)[c]|d", "a+(b)[c]|d", true)]
    [InlineData("{x}", "web", true)]
    [InlineData("{x}", "a.B_c~d:e@f*g|h-0", true)]
    [InlineData("{x}", "a/b", false)]
    [InlineData("{x}", "", false)]
    [InlineData("{x}", ".", false)]
    [InlineData("{x}", "..", false)]
    [InlineData("{x}", "...", true)]
    [InlineData("{x}", ".hidden", true)]
    [InlineData("{x}", "a b", false)]
    [InlineData("{x}", "a%2e", false)]
    [InlineData("{x}", "a+b", false)]
    [InlineData("{x}", "a=b", false)]
    [InlineData("{x}", "ä", false)]
    [InlineData("{x}", "a\\b", false)]
    [InlineData("{x}", "a\n", false)]
    [InlineData("{ns}/{name}", "edge/web", true)]
    [InlineData("{ns}/{name}", "edge", false)]
    [InlineData("{ns}/{name}", "edge/", false)]
    [InlineData("{ns}/{name}", "/web", false)]
    [InlineData("{ns}/{name}", "edge/web/x", false)]
    [InlineData("{ns}/{name}", "../web", false)]
    [InlineData("{ns}/{name}", "edge/..", false)]
    [InlineData("kubernetes://{ns}/{name}", "kubernetes://edge/web", true)]
    [InlineData("kubernetes://{ns}/{name}", "kubernetes:/edge/web", false)]
    [InlineData("{name}-cacert", "web-cacert", true)]
    [InlineData("{name}-cacert", "-cacert", false)]
    [InlineData("{name}-cacert", "web-cacert-cacert", true)]
    [InlineData("{name}-cacert", "..-cacert", false)]
    [InlineData("*", "web", true)]
    [InlineData("*", "a b+c=ä", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("*", ".", false)]
    [InlineData("*", "..", false)]
    [InlineData("a/*/b", "a//b", true)]
    [InlineData("a/*/b", "a/x/b", true)]
    [InlineData("a/*/b", "a/x/y/b", false)]
    [InlineData("a/*/b", "a/../b", false)]
    [InlineData("file-*", "file-", true)]
    [InlineData("file-*", "file-.", true)]
    [InlineData("file-*", "file-..", true)]
    [InlineData(".*", ".", false)]
    [InlineData(".*", "..", false)]
    [InlineData(".*", ".git", true)]
    [InlineData("*.*", ".", false)]
    [InlineData("*.*", "..", false)]
    [InlineData("*.*", "a.b", true)]
    [InlineData(".**", "./x", false)]
    [InlineData("**/x", "../x", false)]
    [InlineData("**/x", "a/x", true)]
    [InlineData("**/x", "/x", true)]
    [InlineData("a**", "a..", true)]
    [InlineData("a/**", "a/..", false)]
    [InlineData("a/**", "a/", true)]
    [InlineData("a/**", "a/b/../c", false)]
    [InlineData("a/**", "a/b/./c", false)]
    [InlineData("a/**", "a/..b/c..", true)]
    [InlineData("**", "spiffe://example.org/ns/edge/sa/web", true)]
    [InlineData("**", "outbound|443||svc.example", true)]
    [InlineData("**", "a%2e%2e/b", false)]
    [InlineData("**", "a\\b", false)]
    [InlineData("**", "a?b", false)]
    [InlineData("**", "a#b", false)]
    [InlineData("**", "/etc/passwd", true)]
    [InlineData("**", "a//b", true)]
    [InlineData("*", "a%2fb", false)]
    [InlineData("a%2f{x}", "a%2fb", true)]
    [InlineData("../{x}", "../b", true)]
    [InlineData("spiffe://**", "spiffe://", true)]
    [InlineData("spiffe://**", "spiffe:/x", false)]
    [InlineData("{a}.{b}", "x.y", true)]
    [InlineData("{a}-{b}", "x-a-.", true)]
    [InlineData("**{x}", "x.", true)]
    [InlineData("{x}", "..x", true)]
    [InlineData("{x}", "x..", true)]
    [InlineData("{x}", "....", true)]
    [InlineData("{a}/**/{b}", "x/1/2/y", true)]
    [InlineData("{a}/**/{b}", "x//y", true)]
    [InlineData("{a}/**/{b}", "x/y", false)]
    public void A_pattern_takes(string pattern, string name, bool expected) =>
        Assert.Equal(expected, NamePattern.Parse(pattern).TryMatch(name, out _));

    [Fact]
    public void A_parameter_takes_up_to_253_characters()
    {
        var pattern = NamePattern.Parse("{x}");

        Assert.True(pattern.TryMatch(Longest, out _));
        Assert.False(pattern.TryMatch(Longest + "x", out _));
    }

    [Theory]
    [InlineData("{ns}/{name}", "edge/web", "name=web,ns=edge")]
    [InlineData("{name}-cacert", "web-cacert-cacert", "name=web-cacert")]
    [InlineData("{a}.{b}", "x.y.z", "a=x.y,b=z")]
    [InlineData("{a}:**", "x:y:z", "a=x:y")]
    [InlineData("{a}/**/{b}", "x/1/2/y", "a=x,b=y")]
    [InlineData("ROOTCA", "ROOTCA", "")]
    [InlineData("**", "x/y", "")]
    public void Parameters_are_captured(string pattern, string name, string expected)
    {
        Assert.True(NamePattern.Parse(pattern).TryMatch(name, out var captures));

        Assert.Equal(expected, string.Join(',', captures.Select(static pair => $"{pair.Key}={pair.Value}")));
    }

    [Theory]
    [InlineData("ROOTCA", true, false, "")]
    [InlineData("{a}/{b}", false, false, "a,b")]
    [InlineData("{b}/*/{a}", false, true, "b,a")]
    [InlineData("**", false, true, "")]
    public void A_pattern_tells_what_it_is_made_of(string text, bool isLiteral, bool hasWildcards, string parameters)
    {
        var pattern = NamePattern.Parse(text);

        Assert.Equal((isLiteral, hasWildcards, parameters, text), (pattern.IsLiteral, pattern.HasWildcards, string.Join(',', pattern.Parameters), pattern.ToString()));
    }

    [Theory]
    [InlineData("{", "position 1")]
    [InlineData("a{x", "position 2")]
    [InlineData("a}", "position 2")]
    [InlineData("{}", "position 1")]
    [InlineData("{1x}", "letters and digits")]
    [InlineData("{a-b}", "letters and digits")]
    [InlineData("{a{b}}", "position 1")]
    [InlineData("{x}/{x}", "'{x}' twice")]
    [InlineData("{x}{y}", "without text between them")]
    public void A_pattern_that_cannot_be_read_says_where_and_why(string text, string expected)
    {
        var error = Assert.Throws<FormatException>(() => NamePattern.Parse(text)).Message;

        Assert.Contains($"'{text}'", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    // Not a measurement: a matcher that tries every split would take hours for these, and the run would not end.
    [Theory]
    [InlineData("{a}-{b}-{c}-{d}-{e}-{f}!", '-')]
    [InlineData("*-*-*-*-*-*!", '-')]
    [InlineData("**a**a**a**a**a!", 'a')]
    [InlineData("{a}.{b}.{c}.{d}/x", '.')]
    public void A_hostile_name_cannot_make_matching_hang(string pattern, char character)
    {
        var hostile = new string(character, SecretNameCheck.MaxBytes);

        Assert.False(NamePattern.Parse(pattern).TryMatch(hostile, out _));
        Assert.False(NamePattern.Parse(pattern).TryMatch(hostile[..250], out _));
    }
}
