using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Discovery;
using static SecretProviders.Xds.Tests.Sds.SdsSession;

namespace SecretProviders.Xds.Tests.Sds;

/// <summary>How the set of names of StreamSecrets grows and shrinks.</summary>
public sealed class StateOfTheWorldNamesTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task Added_name_is_sent()
    {
        _provider.Set("a", Generic("one"));
        _provider.Set("b", Generic("two"));
        await using var session = new SdsSession(_provider);
        session.Ask("a");

        session.Acknowledge(await session.ReadAsync(), "a", "b");

        Assert.Equal("b", NameOf(await session.ReadAsync()));
    }

    [Fact]
    public async Task Dropped_name_is_released_and_its_changes_are_not_sent()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");

        session.Acknowledge(await session.ReadAsync(), "fence");
        _provider.Set("a", Generic("two"));

        Assert.Equal(0, _provider.Subscribers("a"));
        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
    }

    [Fact]
    public async Task Name_dropped_and_asked_for_again_is_sent_again()
    {
        _provider.Set("a", Generic("one"));
        _provider.Set("b", Generic("two"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "b");
        await session.ReadAsync();
        var last = await session.ReadAsync();
        session.Acknowledge(last, "b");

        session.Acknowledge(last, "a", "b");

        Assert.Equal("a", NameOf(await session.ReadAsync()));
    }

    [Fact]
    public async Task Empty_list_after_names_releases_all()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");

        session.Acknowledge(await session.ReadAsync());

        Assert.Equal(0, _provider.Subscribers("a"));
        Assert.Equal(0, _provider.Subscribers("fence"));
    }

    [Fact]
    public async Task Names_are_added_and_dropped_after_a_secret_that_cannot_be_sent()
    {
        _provider.Set("a", Generic("one"));
        _provider.Set("b", StoredKey.Certificate());
        _provider.Set("c", Generic("three"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "b");
        var last = await session.ReadAsync();
        var next = session.ReadAsync();
        await _provider.WhenReportedAsync(static report => report.Name == "b");

        session.Acknowledge(last, "b", "c");

        Assert.Equal("c", NameOf(await next));
        Assert.Equal(0, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Empty_list_before_any_response_releases_all()
    {
        await using var session = new SdsSession(_provider);
        session.Ask("a");

        session.Ask();

        Assert.Equal(0, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task List_with_a_stale_nonce_is_ignored()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a");
        var first = await session.ReadAsync();
        session.Acknowledge(first, "a");
        _provider.Set("a", Generic("two"));
        await session.ReadAsync();

        session.Acknowledge(first);
        session.Send(new DiscoveryRequest { ResponseNonce = "nonsense" });
        session.Send(new DiscoveryRequest { ResponseNonce = "1" });

        Assert.Equal(1, _provider.Subscribers("a"));
        Assert.Single(_provider.Reports);
    }

    [Fact]
    public async Task Answer_to_an_earlier_response_settles_its_own_secret()
    {
        _provider.Set("a", Generic("one"));
        _provider.Set("b", Generic("two"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "b");
        var first = await session.ReadAsync();
        await session.ReadAsync();

        session.Refuse(first, "bad key", "a", "b");

        Assert.Equal((NameOf(first), SecretOutcome.Rejected), _provider.Reports.Select(static report => (report.Name, report.Outcome)).Single());
        Assert.Equal(1, _provider.Subscribers("b"));
    }

    [Fact]
    public async Task Requests_without_nonce_in_mid_stream_add_names()
    {
        _provider.Set("a", Generic("one"));
        _provider.Set("b", Generic("two"));
        await using var session = new SdsSession(_provider);

        session.Ask("a");
        session.Ask("b");
        session.Ask("c");

        Assert.Equal(["a", "b"], new[] { NameOf(await session.ReadAsync()), NameOf(await session.ReadAsync()) }.Order());
        Assert.Equal([1, 1, 1], new[] { "a", "b", "c" }.Select(_provider.Subscribers));
    }

    [Fact]
    public async Task Acknowledgements_that_list_only_what_was_received_drop_nothing_awaited()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a");
        session.Ask("b");

        session.Acknowledge(await session.ReadAsync(), "a");
        _provider.Set("b", Generic("two"));

        Assert.Equal("b", NameOf(await session.ReadAsync()));
    }

    [Fact]
    public async Task Held_name_asked_for_without_nonce_is_answered_again()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a");
        session.Acknowledge(await session.ReadAsync(), "a");

        session.Ask("a");

        Assert.Equal("one", TextOf(await session.ReadAsync()));
    }

    [Fact]
    public async Task Empty_list_releases_what_was_added_without_nonce_and_is_still_awaited()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a");
        session.Ask("b");

        session.Acknowledge(await session.ReadAsync());

        Assert.Equal((0, 0), (_provider.Subscribers("a"), _provider.Subscribers("b")));
    }

    [Fact]
    public async Task Request_without_names_and_nonce_after_a_response_changes_nothing()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a");
        await session.ReadAsync();

        session.Ask();

        Assert.Equal(1, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task List_with_a_nonsense_nonce_before_any_response_is_ignored()
    {
        await using var session = new SdsSession(_provider);
        session.Ask("a");

        session.Send(new DiscoveryRequest { ResponseNonce = "nonsense", ResourceNames = { "b" } });

        Assert.Equal((1, 0), (_provider.Subscribers("a"), _provider.Subscribers("b")));
    }

    [Fact]
    public async Task Wildcard_among_the_names_of_an_acknowledgement_is_not_served()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a");

        session.Acknowledge(await session.ReadAsync(), "a", "*");

        Assert.Equal((1, 0), (_provider.Subscribers("a"), _provider.Subscribers("*")));
    }

    [Fact]
    public async Task Name_may_take_the_place_of_another_at_the_limit()
    {
        _provider.Set("a", Generic("one"));
        _provider.Set("b", Generic("two"));
        await using var session = new SdsSession(_provider, options: new SecretDiscoveryOptions { MaxNamesPerStream = 1 });
        session.Ask("a");

        session.Acknowledge(await session.ReadAsync(), "b");

        Assert.Equal("b", NameOf(await session.ReadAsync()));
    }

    [Fact]
    public async Task Held_name_may_be_asked_for_again_at_the_limit()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider, options: new SecretDiscoveryOptions { MaxNamesPerStream = 1 });
        session.Ask("a");
        session.Acknowledge(await session.ReadAsync(), "a");

        session.Ask("a");

        Assert.Equal("a", NameOf(await session.ReadAsync()));
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    public async Task Acknowledgement_of_one_name_releases_the_other(string kept, string dropped)
    {
        _provider.Set(kept, Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "b");
        var response = await session.ReadAsync();

        session.Send(new DiscoveryRequest { TypeUrl = SecretType, VersionInfo = response.VersionInfo, ResponseNonce = response.Nonce, ResourceNames = { kept } });

        Assert.Equal((1, 0), (_provider.Subscribers(kept), _provider.Subscribers(dropped)));
    }

    [Fact]
    public async Task Name_asked_for_again_while_its_answer_is_on_its_way_is_answered_once()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");
        var response = await session.ReadAsync();
        session.Ask("a");

        session.Acknowledge(response, "a", "fence");

        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
    }
}
