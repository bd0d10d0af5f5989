using System.Threading.Channels;
using Google.Protobuf;

namespace SecretProviders.Interop.Tests;

/// <summary>A call of an independent client: requests go in, what the client hears comes out.</summary>
internal sealed class ClientStream(SdsClient client, string name, ChannelReader<ClientEvent> events)
{
    // No test passes because of it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public Task SendAsync(IMessage request, int times = 1) => client.SendAsync(name, request, times);

    /// <summary>Says that no more requests follow.</summary>
    public Task EndAsync() => client.SendAsync("end", "stream", name);

    public Task CancelAsync() => client.SendAsync("cancel", "stream", name);

    public async Task<ClientEvent> ReadEventAsync() => await events.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Reads the next response.</summary>
    public async Task<ClientEvent> ReadAsync()
    {
        var received = await ReadEventAsync();
        Assert.True(received.Event == "response", $"The call ended with {received.Code}: {received.Details}");
        return received;
    }

    /// <summary>Reads on to the status that ends the call.</summary>
    public async Task<ClientEvent> ReadStatusAsync()
    {
        while (true)
        {
            if (await ReadEventAsync() is { Event: "status" } status)
            {
                return status;
            }
        }
    }
}
