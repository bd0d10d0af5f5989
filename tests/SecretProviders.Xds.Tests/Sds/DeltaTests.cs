using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Discovery;
using static SecretProviders.Xds.Tests.Sds.SdsSession;
using Tls = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Xds.Tests.Sds;

/// <summary>The rules of DeltaSecrets, one by one.</summary>
public sealed class DeltaTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    [Fact]
    public async Task Resource_carries_name_version_and_secret()
    {
        _provider.Set("a", Generic("one"));
        await using var session = Open();

        session.Send(Subscribe("a"));
        var response = await session.ReadDeltaAsync();

        var resource = Assert.Single(response.Resources);
        Assert.Equal(("a", _provider.Current("a").Version.Value), (resource.Name, resource.Version));
        Assert.Equal((SecretType, SecretType), (response.TypeUrl, resource.Resource_.TypeUrl));
        Assert.Equal("one", Tls.Secret.Parser.ParseFrom(resource.Resource_.Value).GenericSecret.Secret.InlineBytes.ToStringUtf8());
        Assert.NotEmpty(response.Nonce);
    }

    [Fact]
    public async Task Absent_name_is_answered_at_once_and_pushed_when_it_appears()
    {
        await using var session = Open();

        session.Send(Subscribe("a"));
        var absent = await session.ReadDeltaAsync();
        session.Send(Acknowledge(absent));
        _provider.Set("a", Generic("one"));
        var found = await session.ReadDeltaAsync();

        Assert.Equal("a", Assert.Single(absent.RemovedResources));
        Assert.NotEmpty(absent.Nonce);
        Assert.Equal("a", Assert.Single(found.Resources).Name);
        Assert.Empty(_provider.Reports);
    }

    [Theory]
    [InlineData(SecretStatus.Pending)]
    [InlineData(SecretStatus.Denied)]
    [InlineData(SecretStatus.Invalid)]
    [InlineData(SecretStatus.Unavailable)]
    public async Task Name_that_may_still_come_is_not_called_absent(SecretStatus status)
    {
        _provider.SetStatus("a", status);
        await using var session = Open();

        session.Send(Subscribe("a", "fence"));
        _provider.Set("fence", Generic("fence"));
        await NextNamedAsync(session, "fence");
        _provider.Set("a", Generic("one"));

        Assert.Equal("a", Assert.Single((await session.ReadDeltaAsync()).Resources).Name);
    }

    [Fact]
    public async Task Removal_of_a_sent_secret_is_told()
    {
        _provider.Set("a", Generic("one"));
        await using var session = Open();
        session.Send(Subscribe("a"));
        session.Send(Acknowledge(await session.ReadDeltaAsync()));

        _provider.Remove("a");

        Assert.Equal("a", Assert.Single((await session.ReadDeltaAsync()).RemovedResources));
    }

    [Fact]
    public async Task Name_subscribed_again_is_answered_again()
    {
        _provider.Set("a", Generic("one"));
        await using var session = Open();
        session.Send(Subscribe("a"));
        session.Send(Acknowledge(await session.ReadDeltaAsync()));

        session.Send(Subscribe("a"));

        Assert.Equal("a", Assert.Single((await session.ReadDeltaAsync()).Resources).Name);
    }

    [Fact]
    public async Task Absent_name_subscribed_again_is_answered_again()
    {
        await using var session = Open();
        session.Send(Subscribe("a"));
        session.Send(Acknowledge(await session.ReadDeltaAsync()));

        session.Send(Subscribe("a"));

        Assert.Equal("a", Assert.Single((await session.ReadDeltaAsync()).RemovedResources));
    }

    [Fact]
    public async Task Unsubscribed_and_subscribed_name_is_answered_again()
    {
        _provider.Set("a", Generic("one"));
        await using var session = Open();
        session.Send(Subscribe("a"));
        session.Send(Acknowledge(await session.ReadDeltaAsync()));

        session.Send(new DeltaDiscoveryRequest { ResourceNamesUnsubscribe = { "a" }, ResourceNamesSubscribe = { "a" } });

        Assert.Equal("a", Assert.Single((await session.ReadDeltaAsync()).Resources).Name);
        Assert.Equal(1, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Unsubscribed_name_is_released_without_an_answer()
    {
        _provider.Set("a", Generic("one"));
        await using var session = Open();
        session.Send(Subscribe("a", "fence"));
        await NextNamedAsync(session, "a");

        session.Send(new DeltaDiscoveryRequest { ResourceNamesUnsubscribe = { "a" } });
        _provider.Set("a", Generic("two"));
        _provider.Set("fence", Generic("fence"));

        Assert.Equal(0, _provider.Subscribers("a"));
        Assert.DoesNotContain("a", await NamesUntilAsync(session, "fence"));
    }

    [Fact]
    public async Task Empty_lists_change_nothing()
    {
        _provider.Set("a", Generic("one"));
        await using var session = Open();
        session.Send(Subscribe("a"));

        session.Send(Acknowledge(await session.ReadDeltaAsync()));

        Assert.Equal(1, _provider.Subscribers("a"));
    }

    [Fact]
    public async Task Names_count_with_a_stale_nonce_too()
    {
        await using var session = Open();
        session.Send(Subscribe("a"));

        session.Send(new DeltaDiscoveryRequest { ResponseNonce = "long-gone", ResourceNamesSubscribe = { "b" }, ResourceNamesUnsubscribe = { "a" } });

        Assert.Equal((0, 1), (_provider.Subscribers("a"), _provider.Subscribers("b")));
    }

    [Fact]
    public async Task Held_version_is_skipped_on_reconnect()
    {
        _provider.Set("a", Generic("one"));
        _provider.Set("b", Generic("two"));
        await using var session = Open();
        var request = Subscribe("a", "b");
        request.InitialResourceVersions.Add("a", _provider.Current("a").Version.Value);
        request.InitialResourceVersions.Add("b", "older");

        session.Send(request);
        var response = await session.ReadDeltaAsync();
        session.Send(Acknowledge(response));
        _provider.Set("a", Generic("three"));

        Assert.Equal("b", Assert.Single(response.Resources).Name);
        Assert.Equal("a", Assert.Single((await session.ReadDeltaAsync()).Resources).Name);
    }

    [Fact]
    public async Task Held_secret_that_is_gone_is_told_on_reconnect()
    {
        await using var session = Open();
        var request = Subscribe("a");
        request.InitialResourceVersions.Add("a", "older");

        session.Send(request);

        Assert.Equal("a", Assert.Single((await session.ReadDeltaAsync()).RemovedResources));
    }

    [Fact]
    public async Task Versions_after_the_first_request_are_not_believed()
    {
        _provider.Set("a", Generic("one"));
        await using var session = Open();
        session.Send(Subscribe());
        var request = Subscribe("a");
        request.InitialResourceVersions.Add("a", _provider.Current("a").Version.Value);

        session.Send(request);

        Assert.Equal("a", Assert.Single((await session.ReadDeltaAsync()).Resources).Name);
    }

    [Fact]
    public async Task Refusal_is_reported_and_the_same_version_is_not_sent_again()
    {
        _provider.Set("a", Generic("one"));
        await using var session = Open();
        session.Send(Subscribe("a"));
        var response = await session.ReadDeltaAsync();

        session.Send(new DeltaDiscoveryRequest { ResponseNonce = response.Nonce, ErrorDetail = new() { Message = "bad key" } });
        session.Send(Subscribe("fence"));
        _provider.Set("fence", Generic("fence"));

        Assert.Equal(("a", SecretOutcome.Rejected, "bad key"), _provider.Reports.Select(static report => (report.Name, report.Outcome, report.Detail)).Single());
        Assert.DoesNotContain("a", await NamesUntilAsync(session, "fence"));
    }

    [Fact]
    public async Task Wildcard_is_not_served()
    {
        _provider.Set("a", Generic("one"));
        await using var session = Open();

        session.Send(Subscribe("*"));
        session.Send(Subscribe("fence"));

        Assert.Equal("fence", Assert.Single((await session.ReadDeltaAsync()).RemovedResources));
        Assert.Equal(0, _provider.Subscribers("*"));
    }

    [Fact]
    public async Task Wrong_type_is_an_invalid_argument()
    {
        await using var session = Open();

        var failure = Assert.Throws<SecretDiscoveryException>(() => session.Send(new DeltaDiscoveryRequest { TypeUrl = "type.googleapis.com/other" }));

        Assert.Equal(GrpcStatusCode.InvalidArgument, failure.Status);
    }

    private static DeltaDiscoveryRequest Subscribe(params string[] names) => new() { ResourceNamesSubscribe = { names } };

    private static DeltaDiscoveryRequest Acknowledge(DeltaDiscoveryResponse response) => new() { ResponseNonce = response.Nonce };

    private static async Task<DeltaDiscoveryResponse> NextNamedAsync(SdsSession session, string name)
    {
        while (true)
        {
            var response = await session.ReadDeltaAsync();
            session.Send(Acknowledge(response));
            if (response.Resources.Any(resource => resource.Name == name))
            {
                return response;
            }
        }
    }

    private static async Task<List<string>> NamesUntilAsync(SdsSession session, string name)
    {
        List<string> names = [];
        while (true)
        {
            var response = await session.ReadDeltaAsync();
            session.Send(Acknowledge(response));
            if (response.Resources.Any(resource => resource.Name == name))
            {
                return names;
            }

            names.AddRange(response.Resources.Select(static resource => resource.Name));
            names.AddRange(response.RemovedResources);
        }
    }

    private SdsSession Open() => new(_provider, SecretDiscoveryProtocol.Delta);
}
