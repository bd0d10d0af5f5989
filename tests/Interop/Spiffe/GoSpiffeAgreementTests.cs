using SecretProviders.Xds.Identities;
using SecretProviders.Xds.Tests.Identities;

namespace SecretProviders.Interop.Tests.Spiffe;

/// <summary>Our reading of the SPIFFE rules against go-spiffe's.</summary>
public sealed class GoSpiffeAgreementTests(GoSpiffeJudge judge) : IClassFixture<GoSpiffeJudge>
{
    private const int Guesses = 500;
    private const string Pieces = "ab09.-_AZ/:@%?#~+ é\0";

    // What the specification demands of an issuer, and go-spiffe leaves to it.
    private static readonly string[] OursOnly = ["uncritical key usage", "server only", "client only"];

    public static TheoryData<string> Leaves => [.. SvidCases.Leaves.Keys];

    [Theory]
    [InlineData("spiffe://example.org")]
    [InlineData("spiffe://example.org/ns/edge/sa/web")]
    [InlineData("spiffe://under_score-and.dash/A.b-C_9/...")]
    [InlineData("spiffe://1.2.3.4/web")]
    [InlineData("")]
    [InlineData("spiffe://")]
    [InlineData("spiffe:///web")]
    [InlineData("SPIFFE://example.org/web")]
    [InlineData("spiffe:/example.org/web")]
    [InlineData("https://example.org/web")]
    [InlineData("spiffe://Example.org/web")]
    [InlineData("spiffe://example.org:80/web")]
    [InlineData("spiffe://user@example.org/web")]
    [InlineData("spiffe://[::1]/web")]
    [InlineData("spiffe://example.org/")]
    [InlineData("spiffe://example.org/web/")]
    [InlineData("spiffe://example.org//web")]
    [InlineData("spiffe://example.org/./web")]
    [InlineData("spiffe://example.org/../web")]
    [InlineData("spiffe://example.org/%77eb")]
    [InlineData("spiffe://example.org/web?x")]
    [InlineData("spiffe://example.org/web#x")]
    [InlineData("spiffe://example.org/wéb")]
    [InlineData("spiffe://example.org?x")]
    public async Task Spiffe_id_is_read_alike(string text) => Assert.Equal(await judge.ReadAsync("id", text), ReadId(text));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_text_is_read_alike(int seed)
    {
        var random = new Random(seed);
        var valid = 0;
        for (var i = 0; i < Guesses; i++)
        {
            // Half of the letters are sound, so that many texts are.
            var text = "spiffe://" + string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(3) == 0 ? Pieces[random.Next(Pieces.Length)] : "ab/."[random.Next(4)]));

            var theirs = await judge.ReadAsync("id", text);
            Assert.Equal((text, theirs), (text, ReadId(text)));
            valid += theirs is null ? 0 : 1;
        }

        Assert.InRange(valid, 10, Guesses - 10);
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("a")]
    [InlineData("under_score-and.dash")]
    [InlineData("")]
    [InlineData("Example.org")]
    [InlineData("example.org:80")]
    [InlineData("user@example.org")]
    [InlineData("ex%61mple.org")]
    [InlineData("exa mple.org")]
    [InlineData("example.org/web")]
    public async Task Trust_domain_is_read_alike(string name) =>
        Assert.Equal(await judge.ReadAsync("domain", name), TrustDomain.TryParse(name, out var domain, out _) ? domain.Name : null);

    [Theory]
    [MemberData(nameof(Leaves))]
    public async Task Svid_is_judged_alike_or_more_strictly(string which)
    {
        using var svid = SvidCases.Leaves[which].Make();
        var theirs = await judge.ReadAsync(svid);

        var ours = X509SvidRules.LeafProblem(svid, out var id) is null ? id!.ToString() : null;

        Assert.Equal(OursOnly.Contains(which) ? null : theirs, ours);
        Assert.Equal(OursOnly.Contains(which), theirs is not null && ours is null);
    }

    private static string? ReadId(string text) => SpiffeId.TryParse(text, out var id, out _) ? id.ToString() : null;
}
