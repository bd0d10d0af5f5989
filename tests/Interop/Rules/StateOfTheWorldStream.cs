using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Interop.Tests;

/// <summary>The requests of <c>StreamSecrets</c>, in the words of the rules. The node is on requests without a nonce.</summary>
internal sealed class StateOfTheWorldStream(ClientStream stream, string node)
{
    private int _fences;

    public ClientStream Stream => stream;

    public Task SendAsync(DiscoveryRequest request, int times = 1) => stream.SendAsync(request, times);

    /// <summary>Asks without a nonce, as a first request does.</summary>
    public Task AskAsync(params string[] names) => AskAsync(1, names);

    public Task AskAsync(int times, params string[] names) =>
        stream.SendAsync(new DiscoveryRequest { Node = new() { Id = node }, TypeUrl = SecretTypes.SecretUrl, ResourceNames = { names } }, times);

    /// <summary>Acknowledges a response and lists what is wanted.</summary>
    public Task AcknowledgeAsync(ClientEvent response, params string[] names) =>
        stream.SendAsync(new DiscoveryRequest { TypeUrl = SecretTypes.SecretUrl, VersionInfo = response.Version, ResponseNonce = response.Nonce, ResourceNames = { names } });

    /// <summary>Refuses a response and lists what is wanted.</summary>
    public Task RefuseAsync(ClientEvent response, string reason, string[] names, int times = 1) =>
        stream.SendAsync(new DiscoveryRequest { ResponseNonce = response.Nonce, ResourceNames = { names }, ErrorDetail = new() { Code = 3, Message = reason } }, times);

    public Task<ClientEvent> ReadAsync() => stream.ReadAsync();

    /// <summary>Asks for a name, reads the answer and acknowledges it.</summary>
    public async Task<ClientEvent> HoldAsync(string name)
    {
        await AskAsync(name);
        var response = await ReadAsync();
        await AcknowledgeAsync(response, name);
        return response;
    }

    /// <summary>
    /// Asks for one more name, which is answered at once and after everything that was due before.
    /// </summary>
    /// <returns>The names that came before it.</returns>
    public async Task<List<string>> PassFenceAsync(ProtocolServer server)
    {
        var fence = $"fence-{++_fences}";
        await server.SetAsync(fence, fence);
        await AskAsync(fence);
        List<string> names = [];
        while (true)
        {
            var name = (await ReadAsync()).Secret.Name;
            if (name == fence)
            {
                return names;
            }

            names.Add(name);
        }
    }
}
