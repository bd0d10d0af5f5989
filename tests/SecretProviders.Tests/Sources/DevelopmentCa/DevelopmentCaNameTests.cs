using System.Security.Cryptography.X509Certificates;
using SecretProviders.DevelopmentCa;

namespace SecretProviders.Tests.Sources.DevelopmentCa;

public sealed class DevelopmentCaNameTests
{
    [Theory]
    [InlineData("default")]
    [InlineData("web")]
    [InlineData("web.example.com")]
    [InlineData("*.example.com")]
    [InlineData("with-dash_and_underscore")]
    [InlineData("1")]
    [InlineData("XN--MNCHEN-3YA.example")]
    public void Dns_name_is_a_dns_name(string key)
    {
        var names = Assert.IsType<X509SubjectAlternativeNameExtension>(Parse(key));

        Assert.Equal([key], names.EnumerateDnsNames());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("2001:db8::1")]
    public void Address_is_an_address(string key)
    {
        var names = Parse(key);

        Assert.Equal([key], names.EnumerateIPAddresses().Select(static address => address.ToString()));
        Assert.Empty(names.EnumerateDnsNames());
    }

    [Theory]
    [InlineData("spiffe://example.org")]
    [InlineData("spiffe://example.org/ns/edge/sa/web_1")]
    public void Spiffe_id_is_a_uri(string key)
    {
        var extension = DevelopmentCaName.ToSubjectAltName(key);

        Assert.NotNull(extension);
        Assert.Contains(key, System.Text.Encoding.ASCII.GetString(extension.RawData), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("../a")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("a.*.b")]
    [InlineData("münchen.example")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a,CN=b")]
    [InlineData("0x7f.0.0.1:80")]
    [InlineData("spiffe://")]
    [InlineData("spiffe://example.org/../b")]
    [InlineData("spiffe://example.org/a?b")]
    [InlineData("spiffe://user@example.org/a")]
    [InlineData("https://example.org")]
    public void Other_key_is_no_name(string key) => Assert.Null(DevelopmentCaName.ToSubjectAltName(key));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Label_ends_at_63_characters(int length, bool fits) =>
        Assert.Equal(fits, DevelopmentCaName.ToSubjectAltName($"{new string('a', length)}.example") is not null);

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void Name_ends_at_253_characters(int length, bool fits)
    {
        var key = string.Concat(Enumerable.Repeat("a.", 200))[..(length - 1)].TrimEnd('.');
        key += new string('b', length - key.Length);

        Assert.Equal(length, key.Length);
        Assert.Equal(fits, DevelopmentCaName.ToSubjectAltName(key) is not null);
    }

    [Fact]
    public void Problem_names_the_key_and_the_remedy() => Assert.Equal(
        "'a/b' cannot be the name of a certificate: use a DNS name, an IP address, a SPIFFE ID, 'default', or 'ca' for the trust.",
        DevelopmentCaName.Problem("a/b").Message);

    [Theory]
    [InlineData('\u001b')]
    [InlineData('\0')]
    [InlineData('\ud800')]
    public void Unprintable_key_is_not_repeated(char character) =>
        Assert.StartsWith("A key of 2 characters cannot", DevelopmentCaName.Problem("a" + character).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("xn--", false)]
    [InlineData("xn--99999999", true)]
    [InlineData("ab--c", true)]
    [InlineData("__.example", true)]
    public void Odd_ascii_name_is_judged_by_its_characters(string key, bool fits) =>
        Assert.Equal(fits, DevelopmentCaName.ToSubjectAltName(key) is not null);

    [Fact]
    public void Long_key_is_not_repeated() =>
        Assert.StartsWith("A key of 1000000 characters cannot", DevelopmentCaName.Problem(new string('a', 1_000_000)).Message, StringComparison.Ordinal);

    private static X509SubjectAlternativeNameExtension Parse(string key)
    {
        var extension = DevelopmentCaName.ToSubjectAltName(key);
        Assert.NotNull(extension);
        return new X509SubjectAlternativeNameExtension(extension.RawData);
    }
}
