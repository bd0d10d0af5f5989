using Google.Protobuf;
using Microsoft.Extensions.Logging;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Sds;

/// <summary>Clients that misbehave on the wire, and one beside them that must not notice.</summary>
public sealed class HostileClientTests
{
    [Fact]
    public async Task Reader_that_stops_holds_back_nobody_else()
    {
        await using var server = await SdsServer.StartAsync();
        using var stopped = server.Connect();
        await using var silent = stopped.Start(StreamSecrets);
        var names = Enumerable.Range(0, 200).Select(static number => $"large-{number}").ToArray();
        foreach (var name in names)
        {
            server.Provider.Set(name, Generic(new string('x', 100_000)));
        }

        await silent.WriteAsync(Ask(names));
        await server.Provider.WhenSubscribedAsync(names[^1]);

        // 20 MB wait for a peer that reads none of them.
        await AssertServedAsync(server);
    }

    [Fact]
    public async Task Reader_that_stops_finds_no_backlog_but_the_newest_of_each_name()
    {
        const int Rotations = 20;
        await using var server = await SdsServer.StartAsync();
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        var names = Enumerable.Range(0, 50).Select(static number => $"large-{number}").ToArray();
        Rotate(server, names, 0);
        await call.WriteAsync(Ask(names));
        await server.Provider.WhenSubscribedAsync(names[^1]);

        // 100 MB in all, of which the reader takes nothing.
        for (var rotation = 1; rotation <= Rotations; rotation++)
        {
            Rotate(server, names, rotation);
        }

        var responses = 0;
        var newest = new HashSet<string>(StringComparer.Ordinal);
        while (newest.Count < names.Length)
        {
            var response = (await call.ReadAsync())!;
            responses++;
            await call.WriteAsync(Acknowledge(response, names));
            if (Text(response).StartsWith($"{Rotations} ", StringComparison.Ordinal))
            {
                newest.Add(Secret(response).Name);
            }
        }

        // Of each name: what is on its way, what the stream has noted, what it is just being told, and the newest.
        Assert.InRange(responses, names.Length, 4 * names.Length);
    }

    [Fact]
    public async Task Connections_that_break_off_are_no_errors_of_the_server()
    {
        await using var server = await SdsServer.StartAsync();
        for (var round = 0; round < 50; round++)
        {
            using var client = await RawHttp2Client.ConnectAsync(server.SocketPath);
            await client.SendAsync(RawHttp2Client.Opening, RawHttp2Client.Request(1, $"/{Service}/StreamSecrets"), RawHttp2Client.Data(1, Message(Ask($"broken-{round}"))));
            await server.Provider.WhenSubscribedAsync($"broken-{round}");
        }

        await AssertServedAsync(server);
        await server.StopAsync();
        Assert.DoesNotContain(server.Logs.Entries, static entry => entry.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Resets_in_mid_message_leave_nothing_behind()
    {
        await using var server = await SdsServer.StartAsync();
        for (var round = 0; round < 50; round++)
        {
            using var channel = server.Connect();
            var call = channel.Start(StreamSecrets);
            await call.WriteAsync(Ask($"name-{round}"));
            await call.DisposeAsync();
        }

        for (var round = 0; round < 50; round++)
        {
            await server.Provider.WhenReleasedAsync($"name-{round}");
        }

        await AssertServedAsync(server);
    }

    [Fact]
    public async Task Half_a_message_and_then_silence_holds_back_nobody_else()
    {
        await using var server = await SdsServer.StartAsync();
        using var client = new RawGrpcClient(server.SocketPath);
        var content = new PausedContent(RawGrpcClient.Frame(0, 100, [1, 2, 3]));
        var silent = client.PostAsync($"/{Service}/StreamSecrets", content);
        await content.Written;

        await AssertServedAsync(server);

        Assert.False(silent.IsCompleted);
        content.Resume();
        using var response = await silent;
        Assert.Contains("in the middle of a message", (await RawGrpcClient.StatusAsync(response)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peer_that_never_acknowledges_is_served_the_newest_after_a_while()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask("a"));
        await call.ReadAsync();

        server.Provider.Set("a", Generic("two"));
        while (server.Time.ActiveTimers == 0)
        {
            await Task.Yield();
        }

        server.Time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal("two", Text((await call.ReadAsync())!));
    }

    [Fact]
    public async Task Flood_of_acknowledgements_is_swallowed()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("one"));
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask("a"));
        var first = await call.ReadAsync();

        for (var round = 0; round < 2000; round++)
        {
            await call.WriteAsync(Refuse(first!, "never", "a"));
        }

        server.Provider.Set("a", Generic("two"));
        Assert.Equal("two", Text((await call.ReadAsync())!));
        Assert.Single(server.Provider.Reports);
    }

    [Fact]
    public async Task Nothing_secret_is_logged()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("a", Generic("hunter2"));
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask("a"));
        await call.WriteAsync(Refuse((await call.ReadAsync())!, "no", "a"));
        await server.Provider.WhenReportedAsync(static report => report.Outcome == SecretOutcome.Rejected);
        using var client = new RawGrpcClient(server.SocketPath);
        using var broken = await client.PostAsync($"/{Service}/StreamSecrets", new ByteArrayContent(RawGrpcClient.Frame(9, Ask("a").ToByteArray())));
        await server.Logs.WaitForAsync(3100);

        Assert.False(server.Logs.Contains("hunter2"));
    }

    private static void Rotate(SdsServer server, string[] names, int rotation)
    {
        var secret = Generic($"{rotation} {new string('x', 100_000)}");
        foreach (var name in names)
        {
            server.Provider.Set(name, secret);
        }
    }

    private static async Task AssertServedAsync(SdsServer server)
    {
        server.Provider.Set("good", Generic("one"));
        using var channel = server.Connect();
        await using var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask("good"));
        var first = await call.ReadAsync();
        await call.WriteAsync(Acknowledge(first!, "good"));
        server.Provider.Set("good", Generic("two"));
        Assert.Equal("two", Text((await call.ReadAsync())!));
    }

    /// <summary>Writes its bytes and keeps the body open until told.</summary>
    private sealed class PausedContent(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public void Resume() => _resumed.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(bytes);
            await stream.FlushAsync();
            _written.SetResult();
            await _resumed.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
