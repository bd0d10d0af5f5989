using System.Collections.Immutable;
using SecretProviders.Routing;
using static SecretProviders.Tests.Routing.Routes;

namespace SecretProviders.Tests.Routing;

public sealed class RouteTableTests
{
    [Theory]
    [InlineData("b", "b")]
    [InlineData("c", "c")]
    [InlineData("abc", "a*")]
    [InlineData("bb", "{x}")]
    [InlineData("a b", "a*")]
    [InlineData("spiffe://td/x", "spiffe://**")]
    [InlineData("c/d", "c/d")]
    [InlineData("c/e", "**")]
    [InlineData("b b", "**")]
    public void The_first_match_wins_with_literals_and_patterns_interleaved(string name, string expected)
    {
        var table = Table("b", "a*", "c", "{x}", "spiffe://**", "c/d", "**");

        Assert.Equal(expected, table.Taker(name));
    }

    [Fact]
    public void An_earlier_pattern_wins_over_a_later_literal_and_hides_it() =>
        Assert.Contains("'abc-x'", Error(To("a*"), To("abc-x")), StringComparison.Ordinal);

    [Fact]
    public void A_later_pattern_leaves_an_earlier_literal_its_name()
    {
        var table = Table("abc-x", "a*");

        Assert.Equal(("abc-x", "a*"), (table.Taker("abc-x"), table.Taker("abc-y")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../../etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("%2e%2e/secret")]
    [InlineData("..%2fsecret")]
    [InlineData("a\\..\\b")]
    [InlineData("a?b=c")]
    [InlineData("a#b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    public void A_hostile_name_is_taken_by_no_route(string name) => Assert.Null(Table("x", "{x}", "{x}/{y}", "*", "**").Match(name));

    [Fact]
    public void Half_a_surrogate_pair_is_taken_by_no_route() => Assert.Null(Table("*", "**").Match("a\ud800"));

    [Fact]
    public void A_name_of_a_megabyte_is_taken_by_no_route() => Assert.Null(Table("**").Match(new string('a', 1 << 20)));

    [Fact]
    public void A_name_that_the_operator_wrote_is_taken_as_it_is() => Assert.Equal("a%b/../c", Table("a%b/../c").Taker("a%b/../c"));

    [Fact]
    public void Without_a_key_the_whole_name_is_the_key() =>
        Assert.Equal("kubernetes://edge/web", Table("kubernetes://{ns}/{name}").Match("kubernetes://edge/web")!.References[0].Reference.Key);

    [Fact]
    public void Every_text_of_a_reference_is_filled_from_the_name()
    {
        var route = new SecretRoute("pki/{role}/{cn}", [new RouteReference("vault")
        {
            Key = "pki/issue/{role}",
            Property = "{cn}.crt",
            Version = "{role}*",
            Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("common_name", "{cn}.example").Add("ttl", "1h"),
        }])
        {
            Kind = SecretKind.TlsCertificate,
        };

        var slot = Table(route).Match("pki/edge/web")!.References.Single();

        var expected = new SecretReference("pki/issue/edge")
        {
            Property = "web.crt",
            Version = "edge*",
            Kind = SecretKind.TlsCertificate,
            Parameters = ImmutableSortedDictionary<string, string>.Empty.Add("common_name", "web.example").Add("ttl", "1h"),
        };
        Assert.Equal(expected, slot.Reference);
        Assert.Equal(("vault", Known["vault"]), (slot.SourceName, slot.Source));
    }

    [Fact]
    public void A_union_asks_for_trust() =>
        Assert.Equal(SecretKind.ValidationContext, Table(To("ca") with { Rule = SecretRule.Union }).Match("ca")!.References[0].Reference.Kind);

    [Fact]
    public void Trust_names_are_matched_just_before_their_own_route()
    {
        var table = Table(To("special"), To("{x}") with { Trust = "{x}-cacert" }, To("**"));

        Assert.Equal("web", table.Match("web-cacert")!.LeafName);
        Assert.Equal("web-cacert", table.Match("web")!.TrustName);
        Assert.Empty(table.Match("web-cacert")!.References);
        Assert.Null(table.Match("special")!.TrustName);
        Assert.Equal("web-cacert", table.Match("web-cacert-cacert")!.LeafName);
    }

    [Fact]
    public void A_literal_route_may_give_trust()
    {
        var table = Table(To("default") with { Trust = "ROOTCA" }, To("{x}"));

        Assert.Equal("default", table.Match("ROOTCA")!.LeafName);
        Assert.Equal("ROOTCA", table.Match("default")!.TrustName);
    }

    [Fact]
    public void Trust_may_use_the_parameters_in_another_order() =>
        Assert.Equal("edge/web", Table(To("{ns}/{name}") with { Trust = "ca:{name}/{ns}" }).Match("ca:web/edge")!.LeafName);

    [Fact]
    public void Trust_that_a_leaf_must_chain_to_is_named_by_templates()
    {
        var match = Table(
            To("{ns}/{name}") with { ChainsTo = ["{ns}-ca", "ROOTCA"], Gates = new SecretGates { ChainToTrust = "{name}-trust" } }, To("ROOTCA")).Match("edge/web")!;

        Assert.Equal(["edge-ca", "ROOTCA"], match.ChainsTo);
        Assert.Equal("web-trust", match.ChainToTrust);
    }

    [Fact]
    public void A_table_knows_its_revision_and_its_routes()
    {
        var table = RouteCompiler.Compile([To("a"), To("b")], Known, revision: 7);

        Assert.Equal(7, table.Revision);
        Assert.Equal(["a", "b"], table.Routes.Select(static route => route.Pattern.Text));
    }

    [Fact]
    public void A_table_without_routes_takes_nothing() => Assert.Null(RouteCompiler.Compile([], Known, revision: 1).Match("a"));
}
