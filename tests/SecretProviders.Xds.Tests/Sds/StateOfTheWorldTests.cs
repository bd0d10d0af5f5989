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
    public async Task Node_without_id_and_cluster_names_nobody()
    {
        await using var session = new SdsSession(_provider);

        session.Send(new DiscoveryRequest { Node = new(), ResourceNames = { "a" } });

        var consumer = Assert.Single(_provider.Consumers);
        Assert.Equal((null, null, "connection-1"), (consumer.NodeId, consumer.NodeCluster, consumer.Id));
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
    }

    [Theory]
    [InlineData(0, "code 3")]
    [InlineData(1024, null)]
    public async Task Refusal_is_reported_with_its_words_or_its_code(int length, string? detail)
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a");
        var reason = new string('x', length);

        session.Refuse(await session.ReadAsync(), reason, "a");

        Assert.Equal(detail ?? reason, Assert.Single(_provider.Reports).Detail);
    }

    [Fact]
    public async Task Long_refusal_is_shortened()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a");

        session.Refuse(await session.ReadAsync(), new string('x', 1025), "a");

        Assert.Equal(new string('x', 1024) + "…", Assert.Single(_provider.Reports).Detail);
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
    public async Task Stale_secret_is_served()
    {
        _provider.Set("a", Generic("one"));
        _provider.SetStatus("a", SecretStatus.Stale);
        await using var session = new SdsSession(_provider);

        session.Ask("a");

        Assert.Equal("one", TextOf(await session.ReadAsync()));
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
    public async Task One_timer_watches_all_that_is_held_back()
    {
        _provider.Set("a", Generic("one"));
        await using var session = new SdsSession(_provider);
        session.Ask("a", "fence");
        await session.ReadAsync();
        _provider.Set("a", Generic("two"));
        session.Acknowledge(await session.PassFenceAsync(), "a", "fence");
        session.Acknowledge(await session.PassFenceAsync(), "a", "fence");
        await session.PassFenceAsync();

        Assert.Equal(1, session.Time.ActiveTimers);
    }

    [Fact]
    public async Task Secret_that_cannot_be_sent_is_logged_reported_as_refused_and_followed_by_its_next_version()
    {
        _provider.Set("a", StoredKey.Certificate());
        await using var session = new SdsSession(_provider);
        session.Ask("a");
        var next = session.ReadAsync();
        var report = await _provider.WhenReportedAsync(static report => report.Name == "a");

        _provider.Set("a", Generic("two"));

        Assert.Equal("two", TextOf(await next));
        Assert.Equal(SecretOutcome.Rejected, report.Outcome);
        Assert.NotNull(report.Detail);
        Assert.Contains(3001, session.Logs.EventIds);
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
}
