using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Discovery;
using static SecretProviders.Xds.Tests.Sds.SdsSession;

namespace SecretProviders.Xds.Tests.Sds;

/// <summary>The rules of StreamSecrets, one by one. The name "fence" tells that nothing came before it.</summary>
public sealed class StateOfTheWorldTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task Response_carries_one_secret_with_type_version_and_nonce()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);

        session.Ask("a");
        var response = await session.ReadAsync();

        Assert.Equal("a", NameOf(response));
        Assert.Equal(SecretType, response.TypeUrl);
        Assert.Equal(SecretType, response.Resources[0].TypeUrl);
        Assert.Equal(_provider.Current("a").Version.Value, response.VersionInfo);
        Assert.NotEmpty(response.Nonce);
    }

    [Fact]
    public async Task Several_names_are_answered_one_secret_each()
    {
        _provider.Set("a", Generic("one"));
        _provider.Set("b", Generic("two"));
        await using var session = new SdsSession(_provider);

        session.Ask("a", "b");
        var names = new[] { NameOf(await session.ReadAsync()), NameOf(await session.ReadAsync()) };

        Assert.Equal(["a", "b"], names.Order());
    }

    [Fact]
    public async Task Node_of_the_first_request_names_the_consumer()
    {
        await using var session = new SdsSession(_provider);

        session.Send(new DiscoveryRequest { Node = new() { Id = "envoy-1", Cluster = "edge" }, ResourceNames = { "a" } });

        var consumer = Assert.Single(_provider.Consumers);
        Assert.Equal(("envoy-1", "edge", "connection-1"), (consumer.NodeId, consumer.NodeCluster, consumer.Connection));
    }

    [Fact]
    public async Task First_request_without_names_gets_nothing()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);

        session.Ask();
        session.Ask("fence");

        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
        Assert.Equal(0, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Wildcard_is_not_served()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);

        session.Ask("*", "fence");

        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
        Assert.Equal(0, _provider.Subscribers("*"));
    }

    [Fact]
    public async Task Acknowledgement_is_reported_and_not_answered()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");
        var response = await session.ReadAsync();

        session.Acknowledge(response, "a", "fence");

        var report = Assert.Single(_provider.Reports);
        Assert.Equal(("a", SecretOutcome.Applied, response.VersionInfo, null), (report.Name, report.Outcome, report.Version.Value, report.Detail));
        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
    }

    [Fact]
    public async Task Refusal_is_reported_and_the_same_version_is_not_sent_again()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");
        var response = await session.ReadAsync();

        session.Refuse(response, "bad key", "a", "fence");

        var report = Assert.Single(_provider.Reports);
        Assert.Equal(("a", SecretOutcome.Rejected, "bad key"), (report.Name, report.Outcome, report.Detail));
        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
        Assert.Contains(3000, session.Logs.EventIds);
    }

    [Fact]
    public async Task Refused_secret_is_followed_by_its_next_version()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a");
        session.Refuse(await session.ReadAsync(), "bad key", "a");

        _provider.Set("a", Generic("two"));

        Assert.Equal("two", TextOf(await session.ReadAsync()));
    }

    [Fact]
    public async Task Endless_refusals_make_no_loop()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");
        var response = await session.ReadAsync();

        for (var time = 0; time < 100; time++)
        {
            session.Refuse(response, "never", "a", "fence");
        }

        Assert.Single(_provider.Reports);
        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
    }

    [Fact]
    public async Task Unknown_name_waits_and_is_pushed_when_it_appears()
    {
        await using var session = new SdsSession(_provider);
        session.Ask("later");
        await _provider.WhenSubscribedAsync("later");

        _provider.Set("later", Generic("one"));

        Assert.Equal("one", TextOf(await session.ReadAsync()));
    }

    [Fact]
    public async Task Removed_secret_is_not_told()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");
        session.Acknowledge(await session.ReadAsync(), "a", "fence");

        _provider.Remove("a");

        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
    }

    [Fact]
    public async Task Stale_secret_of_the_same_version_is_not_sent_again()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");
        session.Acknowledge(await session.ReadAsync(), "a", "fence");

        _provider.SetStatus("a", SecretStatus.Stale);

        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
    }

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
    public async Task Peer_that_only_repeats_its_request_gets_one_answer()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");
        await session.ReadAsync();

        for (var time = 0; time < 100; time++)
        {
            session.Ask("a", "fence");
        }

        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
    }

    [Fact]
    public async Task Unacknowledged_response_holds_back_newer_versions()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");
        var first = await session.ReadAsync();

        _provider.Set("a", Generic("two"));
        _provider.Set("a", Generic("three"));
        Assert.Equal("fence", NameOf(await session.PassFenceAsync()));
        session.Acknowledge(first, "a", "fence");

        Assert.Equal("three", TextOf(await session.ReadAsync()));
    }

    [Fact]
    public async Task Newest_version_is_sent_when_the_acknowledgement_is_overdue()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");
        await session.ReadAsync();
        _provider.Set("a", Generic("two"));
        await session.PassFenceAsync();

        var next = session.ReadAsync();
        session.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(next.IsCompleted);
        session.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("two", TextOf(await next));
    }

    [Fact]
    public async Task Well_behaved_stream_needs_no_timer()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");

        session.Acknowledge(await session.ReadAsync(), "a", "fence");
        await session.PassFenceAsync();

        Assert.Equal(0, session.Time.ActiveTimers);
    }

    [Theory]
    [InlineData("")]
    [InlineData(SecretType)]
    public async Task Type_may_be_left_out(string typeUrl)
    {
        await using var session = new SdsSession(_provider);

        session.Send(new DiscoveryRequest { TypeUrl = typeUrl, ResourceNames = { "a" } });

        Assert.Equal(1, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Wrong_type_is_an_invalid_argument()
    {
        await using var session = new SdsSession(_provider);

        var failure = Assert.Throws<SecretDiscoveryException>(() => session.Send(new DiscoveryRequest { TypeUrl = "type.googleapis.com/other" }));

        Assert.Equal(GrpcStatusCode.InvalidArgument, failure.Status);
        Assert.Contains("'type.googleapis.com/other' is not served here", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_request_are_an_invalid_argument()
    {
        await using var session = new SdsSession(_provider);

        var failure = Assert.Throws<SecretDiscoveryException>(() => session.SendBytes([0xFF, 0xFF]));

        Assert.Equal(GrpcStatusCode.InvalidArgument, failure.Status);
    }

    [Fact]
    public async Task Million_names_are_refused()
    {
        await using var session = new SdsSession(_provider);
        var request = new DiscoveryRequest { ResourceNames = { Enumerable.Range(0, 1_000_000).Select(static number => $"{number}") } };

        var failure = Assert.Throws<SecretDiscoveryException>(() => session.Send(request));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status);
        Assert.Contains("20000 names", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_a_megabyte_are_bounded_together()
    {
        await using var session = new SdsSession(_provider);
        session.Ask("fence", new string('x', 1_000_000));

        var failure = Assert.Throws<SecretDiscoveryException>(() => session.Ask([.. Enumerable.Range(0, 5).Select(static number => new string((char)('a' + number), 1_000_000))]));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status);
    }

    [Fact]
    public async Task Limit_of_the_provider_is_told()
    {
        await using var session = new SdsSession(new FakeSecretProvider { NamesPerConsumer = 1 });

        var failure = Assert.Throws<SecretDiscoveryException>(() => session.Ask("a", "b"));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status);
    }
}
