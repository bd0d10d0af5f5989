using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Discovery;
using static SecretProviders.Xds.Tests.Sds.SdsSession;

namespace SecretProviders.Xds.Tests.Sds;

/// <summary>What a peer gets that names nothing, on a server that allows it.</summary>
public sealed class WildcardTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new();
    private readonly SecretDiscoveryOptions _options = new() { WildcardNames = static () => ["a", "b"] };

    public WildcardTests()
    {
        _provider.Set("a", Generic("one"));
        _provider.Set("b", Generic("two"));
        _provider.Set("c", Generic("three"));
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Theory]
    [InlineData]
    [InlineData("*")]
    public async Task First_request_without_names_gets_every_wildcard_name(params string[] names)
    {
        await using var session = new SdsSession(_provider, options: _options);

        session.Ask(names);

        Assert.Equal(["a", "b"], new[] { NameOf(await session.ReadAsync()), NameOf(await session.ReadAsync()) }.Order());
    }

    [Fact]
    public async Task Acknowledgement_without_names_goes_on_meaning_everything()
    {
        await using var session = new SdsSession(_provider, options: _options);
        session.Ask();
        await session.ReadAsync();
        session.Acknowledge(await session.ReadAsync());

        _provider.Set("a", Generic("next"));

        Assert.Equal(1, _provider.Subscribers("a"));
        Assert.Equal(1, _provider.Subscribers("b"));
    }

    [Fact]
    public async Task Names_beside_the_wildcard_are_served_too()
    {
        await using var session = new SdsSession(_provider, options: _options);

        session.Ask("*", "c");

        var names = new[] { NameOf(await session.ReadAsync()), NameOf(await session.ReadAsync()), NameOf(await session.ReadAsync()) };
        Assert.Equal(["a", "b", "c"], names.Order());
    }

    [Fact]
    public async Task Name_is_added_to_the_wildcard()
    {
        await using var session = new SdsSession(_provider, options: _options);
        session.Ask("*");
        await session.ReadAsync();

        session.Acknowledge(await session.ReadAsync(), "*", "c");

        Assert.Equal("c", NameOf(await session.ReadAsync()));
        Assert.Equal(1, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Empty_list_before_any_response_goes_on_meaning_everything()
    {
        await using var session = new SdsSession(_provider, options: new SecretDiscoveryOptions { WildcardNames = static () => ["later"] });
        session.Ask();

        session.Ask();

        Assert.Equal(1, _provider.Subscribers("later"));
    }

    [Fact]
    public async Task Naming_the_only_secret_ends_the_wildcard()
    {
        await using var session = new SdsSession(_provider, options: new SecretDiscoveryOptions { WildcardNames = static () => ["a"] });
        session.Ask();
        var response = await session.ReadAsync();
        session.Acknowledge(response, "a");

        session.Acknowledge(response);

        Assert.Equal(0, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Names_end_the_wildcard()
    {
        await using var session = new SdsSession(_provider, options: _options);
        session.Ask();
        await session.ReadAsync();

        session.Acknowledge(await session.ReadAsync(), "c");

        Assert.Equal("c", NameOf(await session.ReadAsync()));
        Assert.Equal(0, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Empty_list_after_names_is_never_a_wildcard()
    {
        await using var session = new SdsSession(_provider, options: _options);
        session.Ask("c");

        session.Acknowledge(await session.ReadAsync());

        Assert.Equal((0, 0), (_provider.Subscribers("a"), _provider.Subscribers("c")));
    }

    [Theory]
    [InlineData]
    [InlineData("*")]
    public async Task Delta_wildcard_gets_every_wildcard_name_and_skips_what_the_peer_holds(params string[] names)
    {
        await using var session = new SdsSession(_provider, SecretDiscoveryProtocol.Delta, _options);
        var request = new DeltaDiscoveryRequest { ResourceNamesSubscribe = { names } };
        request.InitialResourceVersions.Add("a", _provider.Current("a").Version.Value);

        session.Send(request);

        Assert.Equal("b", Assert.Single((await session.ReadDeltaAsync()).Resources).Name);
        Assert.Equal(1, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Delta_wildcard_tells_of_what_the_peer_holds_and_is_gone()
    {
        await using var session = new SdsSession(_provider, SecretDiscoveryProtocol.Delta, _options);
        var request = new DeltaDiscoveryRequest();
        request.InitialResourceVersions.Add("a", _provider.Current("a").Version.Value);
        request.InitialResourceVersions.Add("b", _provider.Current("b").Version.Value);
        request.InitialResourceVersions.Add("gone", "1");

        session.Send(request);

        Assert.Equal("gone", Assert.Single((await session.ReadDeltaAsync()).RemovedResources));
    }

    [Fact]
    public async Task Delta_unsubscribing_from_a_name_leaves_it_to_the_wildcard()
    {
        await using var session = new SdsSession(_provider, SecretDiscoveryProtocol.Delta, _options);
        session.Send(new DeltaDiscoveryRequest { ResourceNamesSubscribe = { "*", "a", "c" } });
        var answers = new[] { await session.ReadDeltaAsync(), await session.ReadDeltaAsync(), await session.ReadDeltaAsync() };

        session.Send(new DeltaDiscoveryRequest { ResourceNamesUnsubscribe = { "a", "c" } });
        foreach (var answer in answers)
        {
            session.Send(new DeltaDiscoveryRequest { ResponseNonce = answer.Nonce });
        }

        Assert.Equal("a", Assert.Single((await session.ReadDeltaAsync()).Resources).Name);
        Assert.Equal((1, 0), (_provider.Subscribers("a"), _provider.Subscribers("c")));
        session.Send(new DeltaDiscoveryRequest { ResourceNamesUnsubscribe = { "*" } });
        Assert.Equal(0, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Delta_unsubscribing_from_the_wildcard_keeps_what_was_named()
    {
        await using var session = new SdsSession(_provider, SecretDiscoveryProtocol.Delta, _options);
        session.Send(new DeltaDiscoveryRequest { ResourceNamesSubscribe = { "*", "a" } });

        session.Send(new DeltaDiscoveryRequest { ResourceNamesUnsubscribe = { "*" } });

        Assert.Equal((1, 0), (_provider.Subscribers("a"), _provider.Subscribers("b")));
    }

    [Fact]
    public async Task Delta_name_is_released_after_the_wildcard_was()
    {
        await using var session = new SdsSession(_provider, SecretDiscoveryProtocol.Delta, _options);
        session.Send(new DeltaDiscoveryRequest { ResourceNamesSubscribe = { "*", "a" } });
        session.Send(new DeltaDiscoveryRequest { ResourceNamesUnsubscribe = { "*" } });

        session.Send(new DeltaDiscoveryRequest { ResourceNamesUnsubscribe = { "a" } });

        Assert.Equal(0, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Delta_name_that_came_to_the_wildcard_later_is_served_after_an_unsubscription_too()
    {
        var names = new List<string> { "a" };
        await using var session = new SdsSession(_provider, SecretDiscoveryProtocol.Delta, new SecretDiscoveryOptions { WildcardNames = () => names });
        session.Send(new DeltaDiscoveryRequest());
        await session.ReadDeltaAsync();
        names.Add("b");
        session.Send(new DeltaDiscoveryRequest { ResourceNamesUnsubscribe = { "b" } });

        session.Send(new DeltaDiscoveryRequest { ResourceNamesSubscribe = { "b" } });

        Assert.Equal("b", Assert.Single((await session.ReadDeltaAsync()).Resources).Name);
    }

    [Fact]
    public async Task Delta_wildcard_asked_for_later_takes_no_names_from_held_versions()
    {
        await using var session = new SdsSession(_provider, SecretDiscoveryProtocol.Delta, _options);
        session.Send(new DeltaDiscoveryRequest { ResourceNamesSubscribe = { "a" } });
        var request = new DeltaDiscoveryRequest { ResourceNamesSubscribe = { "*" } };
        request.InitialResourceVersions.Add("c", "1");

        session.Send(request);

        Assert.Equal((1, 0), (_provider.Subscribers("b"), _provider.Subscribers("c")));
    }

    [Fact]
    public async Task Delta_wildcard_that_repeats_the_nonce_of_an_earlier_stream_is_served()
    {
        await using var session = new SdsSession(_provider, SecretDiscoveryProtocol.Delta, _options);

        session.Send(new DeltaDiscoveryRequest { TypeUrl = SecretType, ResponseNonce = "7" });

        Assert.Equal(1, _provider.Subscribers("a"));
    }

    [Theory]
    [InlineData(SecretDiscoveryProtocol.Delta)]
    [InlineData(SecretDiscoveryProtocol.StateOfTheWorld)]
    public async Task Nothing_is_disclosed_unless_it_is_allowed(SecretDiscoveryProtocol protocol)
    {
        await using var session = new SdsSession(_provider, protocol);

        session.Send(protocol == SecretDiscoveryProtocol.Delta ? new DeltaDiscoveryRequest() : new DiscoveryRequest());

        Assert.Equal((0, 0), (_provider.Subscribers("a"), _provider.Subscribers("b")));
    }
}
