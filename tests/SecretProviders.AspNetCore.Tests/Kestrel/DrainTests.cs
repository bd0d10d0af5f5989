using System.Text;
using static SecretProviders.AspNetCore.Tests.RawHttp2Client;
using static SecretProviders.AspNetCore.Tests.SdsMethods;

namespace SecretProviders.AspNetCore.Tests.Kestrel;

/// <summary>What a peer sees, frame by frame, when the server stops.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Peer_is_told_to_go_away_and_its_streams_end_as_unavailable()
    {
        await using var server = await SdsServer.StartAsync();
        using var client = await OpenAsync(server);

        var stopping = server.StopAsync();
        List<RawFrame> frames = [];
        while (!frames.Any(static frame => frame.Type == FrameType.GoAway) || !frames.Any(static frame => frame is { Stream: 1, EndsStream: true }))
        {
            frames.Add(Assert.IsType<RawFrame>(await client.ReadAsync()));
        }

        var end = Assert.Single(frames, static frame => frame is { Stream: 1, EndsStream: true });
        Assert.Equal(FrameType.Headers, end.Type);
        Assert.Contains("server is shutting down", Uri.UnescapeDataString(Encoding.ASCII.GetString(end.Payload)), StringComparison.Ordinal);

        // As peers do: told to go away and with nothing open, it goes.
        client.Dispose();
        await stopping;
    }

    [Fact]
    public async Task Peer_that_reads_nothing_does_not_hold_up_the_end_for_ever()
    {
        await using var server = await SdsServer.StartAsync();
        server.Provider.Set("large", Generic(new string('x', 3_000_000)));
        using var client = await ConnectAsync(server.SocketPath);
        await client.SendAsync(Opening, Request(1, $"/{Service}/StreamSecrets"), Data(1, Message(Ask("large"))));
        await server.Provider.WhenSubscribedAsync("large");

        await server.StopAsync(TimeSpan.FromMilliseconds(200));

        await server.Provider.WhenReleasedAsync("large");
    }

    private static async Task<RawHttp2Client> OpenAsync(SdsServer server)
    {
        server.Provider.Set("a", Generic("one"));
        var client = await ConnectAsync(server.SocketPath);
        await client.SendAsync(Opening, Request(1, $"/{Service}/StreamSecrets"), Data(1, Message(Ask("a"))));
        await client.ReadUntilAsync(FrameType.Data);
        return client;
    }
}
