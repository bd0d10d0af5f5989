using static SecretProviders.Tests.Routing.Routes;

namespace SecretProviders.Tests.Routing;

/// <summary>Every mistake names the route, the field and the remedy.</summary>
public sealed class RouteErrorTests
{
    private static readonly SecretRoute Two = new("a", [new RouteReference("files"), new RouteReference("vault")]);

    public static TheoryData<string, SecretRoute> Mistakes => new()
    {
        { "Route 'a': it names no source; add at least one.", new SecretRoute("a", []) },
        { "Route 'a': it names no source; add at least one.", new SecretRoute("a", default) },
        { "Route 'a': there is no source 'nobody'; known are: files, vault.", To("a", source: "nobody") },
        { "Route 'a': it asks one source twice for the same reference; remove one.", new SecretRoute("a", [new RouteReference("files"), new RouteReference("vault"), new RouteReference("files")]) },
        { "Route 'a': only validation contexts can be united, but kind is TlsCertificate; use first-of.", To("a") with { Rule = SecretRule.Union, Kind = SecretKind.TlsCertificate } },
        { "Route 'a': only validation contexts can be united, but kind is SessionTicketKeys; use first-of.", To("a") with { Rule = SecretRule.Union, Kind = SecretKind.SessionTicketKeys } },
        { "Route 'a': only validation contexts can be united, but kind is Generic; use first-of.", To("a") with { Rule = SecretRule.Union, Kind = SecretKind.Generic } },
        { "Route 'a': 'trust' is published from the winner of a TLS certificate; remove it here.", To("a") with { Trust = "b", Rule = SecretRule.Union } },
        { "Route 'a': 'trust' is published from the winner of a TLS certificate; remove it here.", To("a") with { Trust = "b", Kind = SecretKind.Generic } },
        { "Route 'a': 'chainsTo' holds back TLS certificates only; remove it here.", To("a") with { ChainsTo = ["b"], Rule = SecretRule.Union } },
        { "Route 'a': 'chainsTo' holds back TLS certificates only; remove it here.", To("a") with { ChainsTo = ["b"], Kind = SecretKind.ValidationContext } },
        { "Route 'a': gates.chainToTrust names the trust that comes with the leaf itself; name one that has another source.", To("a") with { Trust = "b", Gates = new SecretGates { ChainToTrust = "b" } } },
        { "Route 'a': session ticket keys have one writer; name one source.", Two with { Kind = SecretKind.SessionTicketKeys } },
        { "Route 'a': retainRemoved must not be negative, but is -00:00:01.", To("a") with { RetainRemoved = TimeSpan.FromSeconds(-1) } },
        { "Route 'a': maxStale must not be negative, but is -00:00:01.", To("a") with { MaxStale = TimeSpan.FromSeconds(-1) } },
        { "Route 'a': fallThroughAfter must not be negative, but is -00:00:01.", To("a") with { FallThroughAfter = TimeSpan.FromSeconds(-1) } },
        { "Route 'a': firstAnswer must not be negative, but is -00:00:01.", To("a") with { FirstAnswer = TimeSpan.FromSeconds(-1) } },
        { "Route 'a': dwell must not be negative, but is -00:00:01.", To("a") with { Dwell = TimeSpan.FromSeconds(-1) } },
        { "Route 'a': groupHold must not be negative, but is -00:00:01.", To("a") with { GroupHold = TimeSpan.FromSeconds(-1) } },
        { "Route 'a': maxNames must be at least 1, but is 0.", To("a") with { MaxNames = 0 } },
        { "Route 'a': gates.minRsaBits must be positive, but is 0.", To("a") with { Gates = new SecretGates { MinRsaBits = 0 } } },
        { "Route 'a': gates.maxBytes must be positive, but is -1.", To("a") with { Gates = new SecretGates { MaxBytes = -1 } } },
        { "Route 'a': key: '{x}' is not a parameter of the route's name; the name has none, so write plain text.", To("a", key: "{x}") },
        { "Route '{y}/{z}': key: '{x}' is not a parameter of the route's name; use one of: {y}, {z}.", To("{y}/{z}", key: "{x}") },
        { "Route '{y}': property: '{x}' is not a parameter of the route's name; use one of: {y}.", new SecretRoute("{y}", [new RouteReference("files") { Property = "{x}" }]) },
        { "Route '{y}': version: '{x}' is not a parameter of the route's name; use one of: {y}.", new SecretRoute("{y}", [new RouteReference("files") { Version = "{x}" }]) },
        { "Route '{y}': parameters.cn: '{x}' is not a parameter of the route's name; use one of: {y}.", new SecretRoute("{y}", [new RouteReference("files") { Parameters = new RouteReference("files").Parameters.Add("cn", "{x}") }]) },
        { "Route '{y}': chainsTo: '{x}' is not a parameter of the route's name; use one of: {y}.", To("{y}") with { ChainsTo = ["{x}"] } },
        { "Route '{y}': gates.chainToTrust: '{x}' is not a parameter of the route's name; use one of: {y}.", To("{y}") with { Gates = new SecretGates { ChainToTrust = "{x}" } } },
        { "Route 'a': chainsTo: no route takes 'b'; add one, or correct the name.", To("a") with { ChainsTo = ["a", "b"] } },
        { "Route 'a': gates.chainToTrust: no route takes 'b'; add one, or correct the name.", To("a") with { Gates = new SecretGates { ChainToTrust = "b" } } },
        { "Route '{y': name: '{y' has a '{' at position 1 that does not begin a parameter such as '{name}' (letters and digits).", To("{y") },
        { "Route '{y}': key: 'a}' has a '}' at position 2 without a '{' before it.", To("{y}", key: "a}") },
        { "Route '{y}': trust: '{y' has a '{' at position 1 that does not begin a parameter such as '{name}' (letters and digits).", To("{y}") with { Trust = "{y" } },
        { "Route '': name: The name is empty. No name that anybody asks for can match it; write another.", To("") },
        { "Route 'a\nb': name: The name holds control characters. No name that anybody asks for can match it; write another.", To("a\nb") },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_once_with_its_place_and_remedy(string expected, SecretRoute route) => Assert.Equal(expected, Error(route));

    [Theory]
    [InlineData("{x}", "ca")]
    [InlineData("{x}/{y}", "{x}-ca")]
    [InlineData("{x}", "{y}-ca")]
    [InlineData("a", "{x}-ca")]
    [InlineData("a*", "ca")]
    [InlineData("**", "ca")]
    [InlineData("{x}/*", "{x}-ca")]
    [InlineData("{x}", "{x}-*")]
    public void Trust_from_which_the_leaf_cannot_be_told_is_a_mistake(string pattern, string trust) => Assert.Equal(
        $"Route '{pattern}': trust: '{trust}' must use exactly the parameters of the route's name, and neither may hold '*', so that the leaf can be told from the trust's name.",
        Error(To(pattern) with { Trust = trust }));

    [Fact]
    public void All_mistakes_of_all_routes_come_at_once()
    {
        var errors = Errors(To("a", source: "nobody") with { MaxNames = 0 }, To("{x}", key: "{y}"), To("b"), To("b"));

        Assert.Equal(4, errors.Length);
    }

    [Fact]
    public void One_source_may_be_asked_for_two_references() =>
        Assert.Equal(2, Table(new SecretRoute("a", [new RouteReference("files") { Key = "a" }, new RouteReference("files") { Key = "b" }])).Match("a")!.References.Length);

    [Fact]
    public void References_that_differ_in_a_parameter_alone_are_two() => Assert.NotNull(Table(new SecretRoute(
        "a",
        [new RouteReference("files"), new RouteReference("files") { Parameters = new RouteReference("files").Parameters.Add("cn", "b") }])).Match("a"));

    [Fact]
    public void Trust_may_be_taken_by_any_route_or_be_named_by_parameters() => Assert.NotNull(Table(
        To("a") with { ChainsTo = ["ca/x", "b-ca"], Gates = new SecretGates { ChainToTrust = "b-ca" } },
        To("b") with { Trust = "b-ca" },
        To("ca/*"),
        To("{x}") with { ChainsTo = ["{x}/none"] }).Match("a"));

    [Fact]
    public void Zero_durations_are_allowed() => Assert.NotNull(Table(To("a") with
    {
        RetainRemoved = TimeSpan.Zero,
        MaxStale = TimeSpan.Zero,
        FallThroughAfter = TimeSpan.Zero,
        FirstAnswer = TimeSpan.Zero,
        Dwell = TimeSpan.Zero,
        GroupHold = TimeSpan.Zero,
    }).Match("a"));
}
