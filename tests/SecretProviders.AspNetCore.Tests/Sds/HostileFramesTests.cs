using Google.Protobuf;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Discovery;
using static SecretProviders.AspNetCore.Tests.RawHttp2Client;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Sds;

/// <summary>Peers that send what no client would, over a real socket. Each time others are served, and the log has one line of it.</summary>
public sealed class HostileFramesTests
{
    private const int CallRefused = 3100;

    [Fact]
    public async Task Request_split_at_every_byte_is_understood()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var client = await ConnectAsync(server.SocketPath);
        await client.SendAsync(Opening, Request(1, $"/{Service}/StreamSecrets"));

        foreach (var one in Message(Ask("a")))
        {
            await client.SendAsync(Data(1, [one]));
        }

        Assert.Equal("one", Text(Parse((await client.ReadUntilAsync(FrameType.Data)).Payload)));
    }

    [Fact]
    public async Task Socket_written_byte_by_byte_is_understood()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var client = await ConnectAsync(server.SocketPath);

        foreach (var one in (byte[])[.. Opening, .. Request(1, $"/{Service}/StreamSecrets"), .. Data(1, Message(Ask("a")))])
        {
            await client.SendAsync([one]);
        }

        Assert.Equal("one", Text(Parse((await client.ReadUntilAsync(FrameType.Data)).Payload)));
    }

    [Fact]
    public async Task Resets_in_mid_message_leave_nothing_behind_on_their_connection()
    {
        await using var server = await SdsServer.StartAsync();
        using var client = await ConnectAsync(server.SocketPath);
        await client.SendAsync(Opening);
        for (var stream = 1; stream < 200; stream += 2)
        {
            var message = Message(Ask($"name-{stream}"));
            await client.SendAsync(Request(stream, $"/{Service}/StreamSecrets"), Data(stream, message), Data(stream, message[..7]), Reset(stream));
        }

        server.Provider.Set("a", Generic("one"));
        await client.SendAsync(Request(201, $"/{Service}/StreamSecrets"), Data(201, Message(Ask("a"))));

        Assert.Equal("one", Text(Parse((await client.ReadUntilAsync(FrameType.Data)).Payload)));
        for (var stream = 1; stream < 200; stream += 2)
        {
            await server.Provider.WhenReleasedAsync($"name-{stream}");
        }

        Assert.Single(server.Provider.Consumers);
    }

    [Fact]
    public async Task Stream_that_is_closed_on_one_side_ends_with_ok()
    {
        await using var server = await SdsServer.StartAsync();
        using var client = await ConnectAsync(server.SocketPath);
        await client.SendAsync(Opening, Request(1, $"/{Service}/StreamSecrets"), Data(1, Message(Ask("a"))));
        await server.Provider.WhenSubscribedAsync("a");

        await client.SendAsync(Data(1, [], end: true));

        while (await client.ReadUntilAsync(FrameType.Headers) is { EndsStream: false })
        {
        }

        await server.Provider.WhenReleasedAsync("a");
    }

    [Fact]
    public async Task Connection_that_is_closed_on_one_side_releases_its_names()
    {
        await using var server = await SdsServer.StartAsync();
        using var client = await ConnectAsync(server.SocketPath);
        await client.SendAsync(Opening, Request(1, $"/{Service}/StreamSecrets"), Data(1, Message(Ask("a"))));
        await server.Provider.WhenSubscribedAsync("a");

        client.HalfClose();

        await server.Provider.WhenReleasedAsync("a");
    }

    [Fact]
    public async Task Million_names_in_one_request_are_refused_by_their_size()
    {
        await using var server = await SdsServer.StartAsync();

        Assert.Equal(GrpcStatusCode.ResourceExhausted, await EndAsync(server, Million()));

        await AssertServedAsync(server);
    }

    [Fact]
    public async Task Million_names_within_the_size_are_refused_by_their_number()
    {
        await using var server = await SdsServer.StartAsync(static options => options.MaxRequestSize = 64 * 1024 * 1024);

        Assert.Equal(GrpcStatusCode.ResourceExhausted, await EndAsync(server, Million()));

        Assert.Empty(server.Provider.Consumers);
        await AssertServedAsync(server);
    }

    [Fact]
    public async Task Name_of_a_megabyte_harms_no_other_name_of_its_stream()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);

        await call.WriteAsync(Ask(new string('x', 1_000_000), "a"));

        Assert.Equal("one", Text((await call.ReadAsync())!));
    }

    [Fact]
    public async Task Names_of_a_megabyte_for_ever_are_refused_and_forgotten()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();
        await using var call = channel.Start(DeltaSecrets);

        // The server ends the stream at some point, after which writing fails or does nothing: the reading side tells.
        var end = Assert.ThrowsAsync<GrpcException>(async () =>
        {
            while (await call.ReadAsync() is not null)
            {
            }
        });
        for (var number = 0; number < 20 && !end.IsCompleted; number++)
        {
            var request = new DeltaDiscoveryRequest { TypeUrl = SecretType };
            request.ResourceNamesSubscribe.Add($"{number}{new string('x', 1_000_000)}");
            await call.WriteAsync(request);
        }

        // A client that is still sending when its stream is reset may lose the trailers; the server knows why it ended it.
        Assert.Contains((await end).Status.Code, new[] { GrpcStatusCode.ResourceExhausted, GrpcStatusCode.Unavailable });
        Assert.Contains("ResourceExhausted", Assert.Single(server.Logs.Entries, static entry => entry.EventId.Id == CallRefused).Message, StringComparison.Ordinal);
        await server.Provider.WhenReleasedAsync($"0{new string('x', 1_000_000)}");
        await AssertServedAsync(server);
    }

    [Fact]
    public async Task Broken_requests_for_ever_are_one_line()
    {
        await using var server = await SdsServer.StartAsync();

        for (var round = 0; round < 50; round++)
        {
            Assert.Equal(GrpcStatusCode.InvalidArgument, await EndAsync(server, new DiscoveryRequest { TypeUrl = $"nonsense-{round}" }));
        }

        Assert.Single(server.Logs.EventIds, CallRefused);
        await AssertServedAsync(server);
    }

    [Fact]
    public async Task Unknown_methods_for_ever_are_one_line()
    {
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();

        for (var round = 0; round < 50; round++)
        {
            var method = new GrpcMethod<DiscoveryRequest, DiscoveryResponse>("nobody", $"Method{round}", DiscoveryResponse.Parser);
            await Assert.ThrowsAsync<GrpcException>(() => channel.CallAsync(method, new DiscoveryRequest()));
        }

        Assert.Single(server.Logs.EventIds, CallRefused);
    }

    private static DiscoveryRequest Million() => Ask([.. Enumerable.Range(0, 1_000_000).Select(static number => $"name-{number}")]);

    private static DiscoveryResponse Parse(byte[] payload) => DiscoveryResponse.Parser.ParseFrom(payload.AsSpan(5));

    private static async Task<GrpcStatusCode> EndAsync(SdsServer server, DiscoveryRequest request)
    {
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        await call.WriteAsync(request);
        return (await Assert.ThrowsAsync<GrpcException>(async () => await call.ReadAsync())).Status.Code;
    }

    private static async Task AssertServedAsync(SdsServer server)
    {
        server.Provider.Set("good", Generic("one"));
        using var channel = server.Connect();
        Assert.Equal("one", Text(await channel.CallAsync(FetchSecrets, Ask("good"))));
    }
}
