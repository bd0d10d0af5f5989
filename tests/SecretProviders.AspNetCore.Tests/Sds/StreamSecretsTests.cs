using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Sds;

public sealed class StreamSecretsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Secret_and_its_rotation_reach_a_client(bool unixSocket)
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var channel = new GrpcChannel(unixSocket ? server.UnixAddress : server.TcpAddress);
        await using var call = channel.Start(StreamSecrets);

        await call.WriteAsync(Ask("a"));
        var first = await call.ReadAsync();
        await call.WriteAsync(Acknowledge(first!, "a"));
        server.Provider.Set("a", Generic("two"));
        var second = await call.ReadAsync();

        Assert.Equal("one", Text(first!));
        Assert.Equal("two", Text(second!));
        Assert.Equal(SecretType, second!.TypeUrl);
        Assert.NotEqual(first!.VersionInfo, second.VersionInfo);
        Assert.NotEqual(first.Nonce, second.Nonce);
    }

    [Fact]
    public async Task Refusal_is_reported_with_its_reason()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);

        await call.WriteAsync(Ask("a"));
        var response = await call.ReadAsync();
        await call.WriteAsync(Refuse(response!, "no such curve", "a"));
        var report = await server.Provider.WhenReportedAsync(static report => report.Outcome == SecretOutcome.Rejected);

        Assert.Equal("no such curve", report.Detail);
        Assert.Equal(response!.VersionInfo, report.Version.Value);
    }

    [Fact]
    public async Task Wrong_type_ends_the_stream_with_a_clear_status()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);

        await call.WriteAsync(new() { TypeUrl = "type.googleapis.com/envoy.config.cluster.v3.Cluster", ResourceNames = { "a" } });
        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());

        Assert.Equal(GrpcStatusCode.InvalidArgument, failure.Status.Code);
        Assert.Contains(SecretType, failure.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_names_end_only_that_stream()
    {
        await using var server = await SdsServer.StartAsync(provider: new() { NamesPerConsumer = 2 });
        server.Provider.Set("a", Generic("one"));
        using var channel = server.Connect();
        await using var good = channel.Start(StreamSecrets);
        await good.WriteAsync(Ask("a"));
        var first = await good.ReadAsync();
        await good.WriteAsync(Acknowledge(first!, "a"));

        await using var bad = channel.Start(StreamSecrets);
        await bad.WriteAsync(Ask("a", "b", "c"));
        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await bad.ReadAsync());
        server.Provider.Set("a", Generic("two"));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, failure.Status.Code);
        Assert.Contains("2 names", failure.Status.Message, StringComparison.Ordinal);
        Assert.Equal("two", Text((await good.ReadAsync())!));
    }

    [Fact]
    public async Task Unservable_secret_is_reported_and_others_flow()
    {
        await using var server = await SdsServer.StartAsync();
        using var authority = new Testing.TestCertificateAuthority();
        var certificate = authority.Issue().Secret;
        server.Provider.Set("hsm", new TlsCertificate(certificate.Chain, new HandleForTests(certificate)));
        server.Provider.Set("plain", certificate);
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);

        await call.WriteAsync(Ask("hsm", "plain"));
        var response = await call.ReadAsync();
        var report = await server.Provider.WhenReportedAsync(static report => report.Name == "hsm");

        Assert.Equal("plain", Secret(response!).Name);
        Assert.Equal(SecretOutcome.Rejected, report.Outcome);
        Assert.Contains("does not leave its store", report.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_client_releases_its_names()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();
        var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask("a"));
        await server.Provider.WhenSubscribedAsync("a");

        await call.DisposeAsync();

        await server.Provider.WhenReleasedAsync("a");
    }

    [Fact]
    public async Task Half_close_ends_the_stream_with_ok()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask("a"));

        call.CompleteRequests();

        Assert.Null(await call.ReadAsync());
    }

    [Fact]
    public async Task Stopping_server_ends_streams_with_unavailable()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask("a"));
        await server.Provider.WhenSubscribedAsync("a");

        await server.StopAsync();
        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Status.Code);
        Assert.Contains("shutting down", failure.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopping_provider_ends_streams_with_unavailable()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask("a"));
        await server.Provider.WhenSubscribedAsync("a");

        await server.Provider.DisposeAsync();
        var failure = await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync());

        Assert.Equal(GrpcStatusCode.Unavailable, failure.Status.Code);
    }

    [Fact]
    public async Task Large_secret_arrives_whole()
    {
        await using var server = await SdsServer.StartAsync();
        var text = new string('x', 3_000_000);
        server.Provider.Set("a", Generic(text));
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);

        await call.WriteAsync(Ask("a"));

        Assert.Equal(text, Text((await call.ReadAsync())!));
    }

    [Fact]
    public async Task Many_names_in_one_request_are_all_answered()
    {
        await using var server = await SdsServer.StartAsync();
        var names = Enumerable.Range(0, 2000).Select(static number => $"secret-{number}").ToArray();
        foreach (var name in names)
        {
            server.Provider.Set(name, Generic(name));
        }

        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask(names));
        var received = new List<string>();
        while (received.Count < names.Length)
        {
            received.Add(Secret((await call.ReadAsync())!).Name);
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), received.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Streams_beyond_a_hundred_share_a_connection()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var channel = server.Connect();

        // The first call learns the server's limit; before that a client assumes a hundred.
        await channel.CallAsync(FetchSecrets, Ask("a"));
        var calls = Enumerable.Range(0, 150).Select(_ => channel.Start(StreamSecrets)).ToList();
        await Task.WhenAll(calls.Select(static async call =>
        {
            await call.WriteAsync(Ask("a"));
            Assert.Equal("one", Text((await call.ReadAsync())!));
        }));

        Assert.Single(server.Provider.Consumers.Select(static consumer => consumer.Connection).Distinct());
        foreach (var call in calls)
        {
            await call.DisposeAsync();
        }
    }

    [Fact]
    public async Task Streams_beyond_the_limit_of_a_connection_open_another()
    {
        await using var server = await SdsServer.StartAsync(kestrel: static options => options.Limits.Http2.MaxStreamsPerConnection = 2);
        server.Provider.Set("a", Generic("one"));
        using var channel = server.Connect();
        var calls = Enumerable.Range(0, 5).Select(_ => channel.Start(StreamSecrets)).ToList();

        await Task.WhenAll(calls.Select(static async call =>
        {
            await call.WriteAsync(Ask("a"));
            Assert.Equal("one", Text((await call.ReadAsync())!));
        }));

        Assert.True(server.Provider.Consumers.Select(static consumer => consumer.Connection).Distinct().Count() > 1);
        foreach (var call in calls)
        {
            await call.DisposeAsync();
        }
    }
}
