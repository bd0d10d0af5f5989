using SecretProviders.Testing;
using SecretProviders.Xds.Protos.Discovery;
using static SecretProviders.Xds.Tests.Sds.SdsSession;

namespace SecretProviders.Xds.Tests.Sds;

/// <summary>What a peer may try in vain: memory and work stay bounded, and it is told why.</summary>
public sealed class HostilePeerTests : IAsyncDisposable
{
    private readonly FakeSecretProvider _provider = new();

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

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
