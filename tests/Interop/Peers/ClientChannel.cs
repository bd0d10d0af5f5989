using Google.Protobuf;

namespace SecretProviders.Interop.Tests;

/// <summary>A connection of an independent client.</summary>
internal sealed class ClientChannel(SdsClient client, string name) : IAsyncDisposable
{
    public Task<ClientStream> OpenAsync(string method) => client.OpenAsync(name, method);

    public Task<ClientStream> CallAsync(IMessage request, string method = "FetchSecrets") => client.OpenAsync(name, method, request);

    public async ValueTask DisposeAsync() => await client.SendAsync("close", "channel", name);
}
