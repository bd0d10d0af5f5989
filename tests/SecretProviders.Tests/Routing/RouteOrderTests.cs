using FsCheck;
using FsCheck.Fluent;
using SecretProviders.Routing;
using static SecretProviders.Tests.Routing.Routes;

namespace SecretProviders.Tests.Routing;

public sealed class RouteOrderTests
{
    private static readonly Gen<string> Pieces = Gen.Elements("a", "b", "~", "-", ".", "/", "8", "z", "x", "%", " ", "+", "*", "**", "{x}", "{y}");

    private static readonly Gen<string> Patterns = Gen.ArrayOf(Pieces).Resize(5).Select(string.Concat).Where(IsPattern);

    private static readonly Gen<string> Fillings = Gen.ArrayOf(Gen.Elements('a', 'b', '~', '-', '.', '8', 'z', 'x', '/', ' ', '+', 'é')).Resize(4).Select(static text => new string(text));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("{x}", "{x}")]
    [InlineData("**", "**")]
    public void A_route_that_is_written_twice_is_a_mistake(string first, string second) =>
        Assert.Equal($"Route '{first}': it is written twice; remove one.", Error(To(first), To(second)));

    [Theory]
    [InlineData("**", "a")]
    [InlineData("**", "{x}")]
    [InlineData("**", "*")]
    [InlineData("**", "spiffe://**")]
    [InlineData("*", "{x}")]
    [InlineData("*", "a*")]
    [InlineData("{x}", "{y}")]
    [InlineData("{x}", "{x}-cacert")]
    [InlineData("{x}", "a-{x}")]
    [InlineData("{x}", "web")]
    [InlineData("{x}-{y}", "{z}-web")]
    [InlineData("a/**", "a/*/b/{x}")]
    [InlineData("a/**", "a/")]
    [InlineData("**-cacert", "{ns}/{name}-cacert")]
    [InlineData("{a}/{b}", "{c}/{d}")]
    [InlineData("**", "{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}/{l}/{m}")]
    public void A_route_that_an_earlier_one_hides_is_a_mistake(string first, string second) => Assert.Equal(
        $"Route '{second}': it can never match, since route '{first}' before it takes all its names; move it up or remove it.",
        Error(To(first), To(second)));

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "{x}")]
    [InlineData("{x}", "*")]
    [InlineData("{x}", "**")]
    [InlineData("{x}", "a*")]
    [InlineData("a/{x}", "a/*b")]
    [InlineData("*", "**")]
    [InlineData("a*", "a**")]
    [InlineData("{x}-cacert", "{x}")]
    [InlineData("{x}~{y}", "{z}")]
    [InlineData("*~*", "{x}")]
    [InlineData("*8*", "{x}")]
    [InlineData("**", "a%b")]
    [InlineData("**", "../{x}")]
    [InlineData("{x}", "a b")]
    [InlineData("{x}/{y}", "{x}/**")]
    [InlineData("{y}***", "..**z")]
    [InlineData("{x}*{y}", "{z}.")]
    [InlineData("{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/~{i}/{j}/{k}/{l}/{m}", "{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}/{j}/{k}/{l}/{m}")]
    public void A_route_that_has_a_name_of_its_own_is_none(string first, string second) => Assert.Equal(2, Table(first, second).Routes.Length);

    [Fact]
    public void Two_routes_that_give_one_trust_name_are_a_mistake() => Assert.Equal(
        "Route 'b/{x}': trust: the name '{x}-ca' is already taken by the trust '{x}-ca' of route 'a/{x}'; choose another name.",
        Error(To("a/{x}") with { Trust = "{x}-ca" }, To("b/{x}") with { Trust = "{x}-ca" }));

    [Fact]
    public void Trust_names_that_differ_in_the_parameter_alone_are_one() => Assert.Contains(
        "'{y}-ca' is already taken by the trust '{x}-ca'",
        Error(To("a/{x}") with { Trust = "{x}-ca" }, To("b/{y}") with { Trust = "{y}-ca" }),
        StringComparison.Ordinal);

    [Fact]
    public void A_trust_name_that_an_earlier_route_takes_is_a_mistake() => Assert.Equal(
        "Route 'default': trust: the name 'ROOTCA' is already taken by route 'ROOTCA'; choose another name.",
        Error(To("ROOTCA"), To("default") with { Trust = "ROOTCA" }));

    [Fact]
    public void A_trust_name_that_an_earlier_pattern_takes_is_a_mistake() => Assert.Contains(
        "Route 'b': trust: the name 'b-ca' is already taken by route '{x}-ca'",
        Error(To("{x}-ca"), To("b") with { Trust = "b-ca" }),
        StringComparison.Ordinal);

    [Fact]
    public void A_later_route_for_a_trust_name_is_hidden() => Assert.Equal(
        "Route 'ROOTCA': it can never match, since the trust 'ROOTCA' of route 'default' before it takes all its names; move it up or remove it.",
        Error(To("default") with { Trust = "ROOTCA" }, To("ROOTCA")));

    [Fact]
    public void A_route_cannot_give_its_own_name_as_trust() => Assert.Equal(
        "Route '{x}': 'trust' is the route's own name; give the trust another.",
        Error(To("{x}") with { Trust = "{x}" }));

    [Fact]
    public void A_special_case_before_the_general_one_may_give_trust_too() =>
        Assert.Equal(2, Table(To("web") with { Trust = "web-ca" }, To("{x}") with { Trust = "{x}-ca" }).Routes.Length);

    [Fact]
    public void A_route_told_to_be_hidden_has_no_name_of_its_own() => Prop.ForAll(
        (from first in Patterns from second in Patterns from fillings in Gen.ArrayOf(Fillings).Resize(6) select (first, second, fillings)).ToArbitrary(),
        static sample =>
        {
            var (earlier, later) = (NamePattern.Parse(sample.Item1), NamePattern.Parse(sample.Item2));
            if (!RouteOrderCheck.Hides(earlier, later))
            {
                return true;
            }

            return Names(later.Text, sample.Item3).Where(name => SecretNameCheck.Check(name) is null && later.TryMatch(name, out _))
                .All(name => earlier.TryMatch(name, out _));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_route_that_takes_every_name_of_another_is_found() => Prop.ForAll(
        Patterns.ToArbitrary(),
        static pattern => RouteOrderCheck.Hides(NamePattern.Parse(pattern), NamePattern.Parse(pattern.Replace('y', 'w')))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_first_route_that_matches_alone_is_the_one_that_the_table_gives() => Prop.ForAll(
        (from patterns in Gen.ArrayOf(Patterns).Resize(5) from one in Fillings from two in Fillings select (patterns, one, two)).ToArbitrary(),
        static sample =>
        {
            var patterns = sample.Item1.Distinct().ToList();
            patterns.RemoveAll(pattern => patterns.TakeWhile(other => other != pattern).Any(other => RouteOrderCheck.Hides(NamePattern.Parse(other), NamePattern.Parse(pattern))));
            var table = Table([.. patterns]);
            return patterns.SelectMany(pattern => Names(pattern, [sample.Item2, sample.Item3])).Where(static name => SecretNameCheck.Check(name) is null)
                .All(name => table.Taker(name) == patterns.Find(pattern => NamePattern.Parse(pattern).TryMatch(name, out _)));
        }).QuickCheckThrowOnFailure();

    private static bool IsPattern(string text)
    {
        try
        {
            NamePattern.Parse(text);
            return SecretNameCheck.Check(text) is null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // Names that the pattern is likely to take: each parameter and wildcard replaced by some text.
    private static IEnumerable<string> Names(string pattern, string[] fillings)
    {
        var tokens = PatternToken.Split(pattern);
        for (var shift = 0; shift < fillings.Length; shift++)
        {
            var at = shift;
            yield return string.Concat(tokens.Select(token => token.Sort == PatternTokenSort.Literal ? token.Text : fillings[at++ % fillings.Length]));
        }
    }
}
