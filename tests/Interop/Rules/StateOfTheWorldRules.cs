using SecretProviders.Testing;
using SecretProviders.Xds.Mapping;

namespace SecretProviders.Interop.Tests;

/// <summary>The rules of <c>StreamSecrets</c>: who is answered, with what, and when nothing is said.</summary>
public abstract partial class StateOfTheWorldRules : ProtocolSuite
{
    private protected StateOfTheWorldRules(SdsClient client, Transport transport)
        : base(client, transport)
    {
    }

    [Fact]
    public async Task Response_carries_one_secret_with_its_type_version_and_a_nonce()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();

        await stream.AskAsync("a");
        var response = await stream.ReadAsync();

        Assert.Equal(("a", "one"), (response.Secret.Name, response.Secret.Value));
        Assert.Equal((SecretTypes.SecretUrl, Server.Provider.Current("a").Version.Value), (response.Type, response.Version));
        Assert.NotEmpty(response.Nonce);
    }

    [Fact]
    public async Task Node_is_remembered_from_the_first_request()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync("node-7");
        await stream.AskAsync("a");

        // A refusal carries no node here.
        await stream.RefuseAsync(await stream.ReadAsync(), "no", ["a"]);

        var explanation = await Server.WhenAsync("a", static explanation => explanation.Rejected == 1);
        Assert.Equal([$"{ProtocolServer.ConsumerId(Transport, "node-7")}: no"], explanation.Rejections);
    }

    [Fact]
    public async Task Trust_goes_out_before_the_leaf_that_needs_it()
    {
        using var authority = new TestCertificateAuthority();
        await StartAsync();
        Server.Source.Found("ca", authority.Trust);
        Server.Source.Found("web", authority.Issue("web.example").Secret);
        await Server.Control.WaitUntilReadyAsync(["ca", "web"]);
        var stream = await OpenAsync();

        await stream.AskAsync("web", "ca");
        var (first, second) = (await stream.ReadAsync(), await stream.ReadAsync());

        Assert.Equal(("ca", "web"), (first.Secret.Name, second.Secret.Name));
        Assert.Equal(authority.Certificate.ToPem(), first.Secret.Trust);
        Assert.Contains("PRIVATE KEY", second.Secret.Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task First_request_without_names_gets_nothing()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();

        await stream.AskAsync();

        Assert.Empty(await stream.PassFenceAsync(Server));
    }

    [Fact]
    public async Task First_request_without_names_gets_everything_where_the_wildcard_is_allowed()
    {
        await StartAsync(new() { Discovery = static options => options.WildcardNames = static () => ["a", "b"] });
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "two");
        var stream = await OpenAsync();

        await stream.AskAsync();

        string[] names = [(await stream.ReadAsync()).Secret.Name, (await stream.ReadAsync()).Secret.Name];
        Assert.Equal(["a", "b"], names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Acknowledgement_is_not_answered()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();

        await stream.HoldAsync("a");

        Assert.Empty(await stream.PassFenceAsync(Server));
    }

    [Fact]
    public async Task Refusal_is_remembered_and_never_answered_by_the_same_version()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.AskAsync("a");

        await stream.RefuseAsync(await stream.ReadAsync(), "not like this", ["a"]);
        await Server.SayAsync("a", new SecretState.Unavailable("an outage"), SecretStatus.Stale);
        await Server.SayAsync("a", new SecretState.Found(ProtocolServer.Generic("one")), SecretStatus.Available);

        Assert.Empty(await stream.PassFenceAsync(Server));
        Assert.Contains("not like this", Assert.Single(Server.Control.Explain("a").Rejections), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_secret_is_followed_by_its_next_version()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.AskAsync("a");
        await stream.RefuseAsync(await stream.ReadAsync(), "no", ["a"]);

        await Server.SetAsync("a", "two");

        Assert.Equal("two", (await stream.ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Endless_refusals_make_no_loop()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.AskAsync("a");

        await stream.RefuseAsync(await stream.ReadAsync(), "no", ["a"], times: 2000);

        Assert.Empty(await stream.PassFenceAsync(Server));
    }

    [Fact]
    public async Task Endless_repetition_of_a_request_gets_one_answer()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();

        await stream.AskAsync(2000, "a");

        Assert.Equal(["a"], await stream.PassFenceAsync(Server));
    }

    [Fact]
    public async Task One_response_is_in_flight_per_secret_and_the_newest_version_follows()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        await Server.SetAsync("b", "one");
        var stream = await OpenAsync();
        await stream.AskAsync("a");
        var first = await stream.ReadAsync();

        await Server.SetAsync("a", "two");
        await Server.SetAsync("a", "three");
        var others = await stream.PassFenceAsync(Server);
        await stream.AcknowledgeAsync(first, "a");

        // Other secrets are not held back meanwhile, and the version in between is never sent.
        Assert.Empty(others);
        Assert.Equal("three", (await stream.ReadAsync()).Secret.Value);
    }

    [Fact]
    public async Task Silence_is_counted_and_does_not_hold_the_newest_version_back_for_ever()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.AskAsync("a");
        await stream.ReadAsync();
        await Server.SetAsync("a", "two");

        await Server.LetTheAcknowledgementBeOverdueAsync();

        Assert.Equal("two", (await stream.ReadAsync()).Secret.Value);
        Assert.Equal(1, Server.Silences);
    }

    [Fact]
    public async Task Unknown_name_waits_and_is_pushed_when_it_appears()
    {
        await StartAsync();
        var stream = await OpenAsync();
        await stream.AskAsync("a");
        var before = await stream.PassFenceAsync(Server);

        await Server.SetAsync("a", "one");

        Assert.Empty(before);
        Assert.Equal(("a", "one"), await NextAsync(stream));
    }

    [Fact]
    public async Task Removed_secret_is_not_told_and_comes_again_with_its_next_version()
    {
        await StartAsync();
        await Server.SetAsync("a", "one");
        var stream = await OpenAsync();
        await stream.HoldAsync("a");

        await Server.SayAsync("a", new SecretState.Removed(RemovalReason.Deleted), SecretStatus.Absent);
        var before = await stream.PassFenceAsync(Server);
        await Server.SetAsync("a", "two");

        Assert.Empty(before);
        Assert.Equal(("a", "two"), await NextAsync(stream));
    }

    private static async Task<(string Name, string? Value)> NextAsync(StateOfTheWorldStream stream)
    {
        var secret = (await stream.ReadAsync()).Secret;
        return (secret.Name, secret.Value);
    }
}
