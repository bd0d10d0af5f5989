using System.Buffers;
using Google.Protobuf;
using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Discovery;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Tests.Sds;

public sealed class SecretFetchTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new();
    private readonly ManualTimeProvider _time = new();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task Known_names_are_answered_together_in_the_order_asked()
    {
        _provider.Set("a", SdsSession.Generic("one"));
        _provider.Set("b", SdsSession.Generic("two"));

        var response = await FetchAsync(new DiscoveryRequest { ResourceNames = { "b", "a", "b", "nobody" } });

        Assert.Equal(["b", "a"], Names(response));
        Assert.Equal(SdsSession.SecretType, response.TypeUrl);
    }

    [Fact]
    public async Task Version_of_one_secret_is_its_own()
    {
        _provider.Set("a", SdsSession.Generic("one"));

        var response = await FetchAsync(new DiscoveryRequest { ResourceNames = { "a" } });

        Assert.Equal(_provider.Current("a").Version.Value, response.VersionInfo);
    }

    [Fact]
    public async Task Version_of_several_changes_with_each_and_not_with_their_order()
    {
        _provider.Set("a", SdsSession.Generic("one"));
        _provider.Set("b", SdsSession.Generic("two"));
        var first = await FetchAsync(new DiscoveryRequest { ResourceNames = { "a", "b" } });
        var second = await FetchAsync(new DiscoveryRequest { ResourceNames = { "b", "a" } });
        _provider.Set("b", SdsSession.Generic("three"));
        var third = await FetchAsync(new DiscoveryRequest { ResourceNames = { "a", "b" } });

        Assert.Equal(first.VersionInfo, second.VersionInfo);
        Assert.NotEqual(first.VersionInfo, third.VersionInfo);
    }

    [Fact]
    public async Task Equal_version_is_answered_without_secrets()
    {
        _provider.Set("a", SdsSession.Generic("one"));
        var first = await FetchAsync(new DiscoveryRequest { ResourceNames = { "a" } });

        var second = await FetchAsync(new DiscoveryRequest { ResourceNames = { "a" }, VersionInfo = first.VersionInfo });

        Assert.Empty(second.Resources);
        Assert.Equal(first.VersionInfo, second.VersionInfo);
    }

    [Fact]
    public async Task Pending_name_is_waited_for()
    {
        _provider.SetStatus("a", SecretStatus.Pending);
        var fetch = FetchAsync(new DiscoveryRequest { ResourceNames = { "a" } });
        await _provider.WhenSubscribedAsync("a");

        _provider.Set("a", SdsSession.Generic("one"));

        Assert.Equal(["a"], Names(await fetch));
    }

    [Fact]
    public async Task Pending_name_is_left_out_when_the_time_is_over()
    {
        _provider.SetStatus("a", SecretStatus.Pending);
        var fetch = FetchAsync(new DiscoveryRequest { ResourceNames = { "a" } });
        await _provider.WhenSubscribedAsync("a");
        Assert.Equal([TimeSpan.FromSeconds(3)], _time.ActiveDelays);

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Empty((await fetch).Resources);
    }

    [Fact]
    public async Task Request_without_names_gets_nothing()
    {
        _provider.Set("a", SdsSession.Generic("one"));

        var response = await FetchAsync(new DiscoveryRequest());

        Assert.Empty(response.Resources);
    }

    [Fact]
    public async Task Names_are_released_after_the_answer()
    {
        _provider.Set("a", SdsSession.Generic("one"));

        await FetchAsync(new DiscoveryRequest { ResourceNames = { "a" } });

        Assert.Empty(_provider.Consumers);
    }

    [Fact]
    public async Task Wrong_type_is_an_invalid_argument()
    {
        var failure = await Assert.ThrowsAsync<SecretDiscoveryException>(() => FetchAsync(new DiscoveryRequest { TypeUrl = "type.googleapis.com/other" }));

        Assert.Equal(GrpcStatusCode.InvalidArgument, failure.Status);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(1, false)]
    public async Task Too_many_names_are_refused(int limit, bool isServed)
    {
        _provider.Set("a", SdsSession.Generic("one"));
        _provider.Set("b", SdsSession.Generic("two"));

        var fetch = FetchAsync(new DiscoveryRequest { ResourceNames = { "a", "b" } }, new SecretDiscoveryOptions { MaxNamesPerStream = limit });

        var failure = await Record.ExceptionAsync(() => fetch) as SecretDiscoveryException;
        Assert.Equal(isServed ? null : GrpcStatusCode.ResourceExhausted, failure?.Status);
    }

    [Fact]
    public async Task Limit_of_the_provider_is_told()
    {
        await using var provider = new FakeSecretProvider { NamesPerConsumer = 1 };
        var request = new ReadOnlySequence<byte>(new DiscoveryRequest { ResourceNames = { "a", "b" } }.ToByteArray());

        var failure = await Assert.ThrowsAsync<SecretDiscoveryException>(
            () => SecretFetch.AnswerAsync(provider, new SecretConsumer("connection-1"), request, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status);
    }

    [Fact]
    public async Task Wildcard_is_not_served()
    {
        _provider.Set("*", SdsSession.Generic("one"));

        var response = await FetchAsync(new DiscoveryRequest { ResourceNames = { "*" } });

        Assert.Empty(response.Resources);
    }

    [Fact]
    public async Task Stale_secret_is_served()
    {
        _provider.Set("a", SdsSession.Generic("one"));
        _provider.SetStatus("a", SecretStatus.Stale);

        var response = await FetchAsync(new DiscoveryRequest { ResourceNames = { "a" } });

        Assert.Equal(["a"], Names(response));
    }

    [Fact]
    public async Task Secret_that_cannot_be_sent_is_left_out()
    {
        _provider.Set("a", StoredKey.Certificate());
        _provider.Set("b", SdsSession.Generic("two"));

        var response = await FetchAsync(new DiscoveryRequest { ResourceNames = { "a", "b" } });

        Assert.Equal(["b"], Names(response));
    }

    [Fact]
    public async Task Equal_secrets_under_other_names_are_another_version()
    {
        var secret = SdsSession.Generic("one");
        _provider.Set("a", secret);
        _provider.Set("b", secret);
        _provider.Set("c", secret);

        var first = await FetchAsync(new DiscoveryRequest { ResourceNames = { "a", "b" } });
        var second = await FetchAsync(new DiscoveryRequest { ResourceNames = { "a", "c" } });

        Assert.NotEqual(first.VersionInfo, second.VersionInfo);
    }

    [Fact]
    public async Task Cancelled_fetch_is_not_answered()
    {
        _provider.SetStatus("a", SecretStatus.Pending);
        using var leaving = new CancellationTokenSource();
        var fetch = FetchAsync(new DiscoveryRequest { ResourceNames = { "a" } }, cancellationToken: leaving.Token);
        await _provider.WhenSubscribedAsync("a");

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
    }

    [Theory]
    [InlineData("envoy-1", "edge", "envoy-1")]
    [InlineData("", "", "connection-1")]
    public async Task Node_names_the_consumer(string id, string cluster, string expected)
    {
        _provider.SetStatus("a", SecretStatus.Pending);
        var fetch = FetchAsync(new DiscoveryRequest { Node = new() { Id = id, Cluster = cluster }, ResourceNames = { "a" } });
        await _provider.WhenSubscribedAsync("a");

        var consumer = Assert.Single(_provider.Consumers);

        Assert.Equal((expected, cluster.Length == 0 ? null : cluster), (consumer.Id, consumer.NodeCluster));
        _provider.Set("a", SdsSession.Generic("one"));
        await fetch;
    }

    private static IEnumerable<string> Names(DiscoveryResponse response) =>
        response.Resources.Select(static resource => Tls.Secret.Parser.ParseFrom(resource.Value).Name);

    private async Task<DiscoveryResponse> FetchAsync(DiscoveryRequest request, SecretDiscoveryOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await SecretFetch.AnswerAsync(
            _provider, new SecretConsumer("connection-1"), new ReadOnlySequence<byte>(request.ToByteArray()), options, _time, cancellationToken);
        var bytes = new ArrayBufferWriter<byte>();
        response.WriteTo(bytes);
        Assert.Equal(response.Length, bytes.WrittenCount);
        return DiscoveryResponse.Parser.ParseFrom(bytes.WrittenSpan);
    }
}
