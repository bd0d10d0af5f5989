using System.Text.Json;
using SecretProviders.AspNetCore;

namespace SecretProviders.Interop.Tests;

/// <summary>Other processes that hold the server up, with the real limits and a client beside them that must not notice.</summary>
public sealed class HostilePeerTests(GrpcJsClient client) : IClassFixture<GrpcJsClient>
{
    [Fact]
    public async Task Four_thousand_silent_connections_of_another_process_get_no_more_than_the_limit_of_two_thousand()
    {
        var limit = new SecretDiscoveryLimits().MaxConnectionsPerPeer;
        await using var server = await ProtocolServer.StartAsync();
        await server.SetAsync("a", "one");
        await using var before = await server.ConnectAsync(client, Transport.UnixSocket, "before");
        var stream = new StateOfTheWorldStream(await before.OpenAsync("StreamSecrets"), "before");
        await stream.HoldAsync("a");

        // The one that the well-behaved client of the same user holds counts, too.
        var refused = (2 * limit) - limit + 1;
        await using var hostile = new ClientProcess(
            Components.Python, Path.Combine(Components.ClientFolder, "python", "idle_connections.py"), server.SocketPath, $"{2 * limit}", $"{refused}");
        Assert.Equal(refused, await CountAsync(hostile, "closed"));

        // Who is connected goes on, and another peer (here one by its address) still connects.
        await server.SetAsync("a", "two");
        Assert.Equal("two", (await stream.ReadAsync()).Secret.Value);
        await using var other = await server.ConnectAsync(client, Transport.MutualTls, "other");
        Assert.Equal("two", (await new StateOfTheWorldStream(await other.OpenAsync("StreamSecrets"), "other").HoldAsync("a")).Secret.Value);
        hostile.Input.Close();
        Assert.Equal(limit - 1, await CountAsync(hostile, "open"));
        Assert.Single(server.Logs.Entries, static entry => entry.EventId.Name == "ConnectionRefused");
    }

    [Fact]
    public Task Frozen_client_on_grpc_js_is_noticed_and_its_names_are_released() => AssertFrozenIsNoticedAsync(new GrpcJsClient());

    [Fact]
    public Task Frozen_client_on_grpcio_is_noticed_and_its_names_are_released() => AssertFrozenIsNoticedAsync(new GrpcIoClient());

    private static async Task<int> CountAsync(ClientProcess process, string what)
    {
        using var line = JsonDocument.Parse(await process.ReadLineAsync());
        return line.RootElement.GetProperty(what).GetInt32();
    }

    // Stopped by the kernel: its end of the connection stands, but nobody answers.
    private static async Task AssertFrozenIsNoticedAsync(SdsClient frozen)
    {
        await using var server = await ProtocolServer.StartAsync(new()
        {
            Limits = static limits => (limits.PingDelay, limits.PingTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)),
        });
        await server.SetAsync("a", "one");
        await frozen.InitializeAsync();
        try
        {
            await using var channel = await server.ConnectAsync(frozen, Transport.UnixSocket, "frozen");
            var stream = new StateOfTheWorldStream(await channel.OpenAsync("StreamSecrets"), "frozen");
            await stream.HoldAsync("a");
            await server.WhenAsync("a", static explanation => explanation is { Consumers: 1, Applied: 1 });

            await frozen.SignalAsync("STOP");
            await server.WhenAsync("a", static explanation => explanation.Consumers == 0);
            await frozen.SignalAsync("CONT");

            // Awake again, it learns that its stream has ended.
            Assert.NotEqual(0, (await stream.Stream.ReadStatusAsync()).Code);
        }
        finally
        {
            await frozen.DisposeAsync();
        }
    }
}
