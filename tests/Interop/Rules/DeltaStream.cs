using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Interop.Tests;

/// <summary>The requests of <c>DeltaSecrets</c>, in the words of the rules.</summary>
internal sealed class DeltaStream(ClientStream stream, string node)
{
    private int _fences;

    public ClientStream Stream => stream;

    public Task SendAsync(DeltaDiscoveryRequest request, int times = 1) => stream.SendAsync(request, times);

    public Task SubscribeAsync(params string[] names) =>
        SendAsync(new() { Node = new() { Id = node }, TypeUrl = SecretTypes.SecretUrl, ResourceNamesSubscribe = { names } });

    public Task UnsubscribeAsync(params string[] names) => SendAsync(new() { TypeUrl = SecretTypes.SecretUrl, ResourceNamesUnsubscribe = { names } });

    public Task AcknowledgeAsync(ClientEvent response) => SendAsync(new() { TypeUrl = SecretTypes.SecretUrl, ResponseNonce = response.Nonce });

    public Task RefuseAsync(ClientEvent response, string reason, int times = 1) =>
        SendAsync(new() { ResponseNonce = response.Nonce, ErrorDetail = new() { Code = 3, Message = reason } }, times);

    /// <summary>Resumes: subscribes and says what the client holds from an earlier stream.</summary>
    public Task ResumeAsync(params (string Name, string Version)[] held)
    {
        var request = new DeltaDiscoveryRequest { Node = new() { Id = node }, ResourceNamesSubscribe = { held.Select(static one => one.Name) } };
        foreach (var (name, version) in held)
        {
            request.InitialResourceVersions.Add(name, version);
        }

        return SendAsync(request);
    }

    public Task<ClientEvent> ReadAsync() => stream.ReadAsync();

    /// <summary>Subscribes to a name, reads the answer and acknowledges it.</summary>
    public async Task<ClientEvent> HoldAsync(string name)
    {
        await SubscribeAsync(name);
        var response = await ReadAsync();
        await AcknowledgeAsync(response);
        return response;
    }

    /// <summary>Subscribes to one more name, which is answered at once and after everything that was due before.</summary>
    /// <returns>The names that came before it.</returns>
    public async Task<List<string>> PassFenceAsync(ProtocolServer server)
    {
        var fence = $"fence-{++_fences}";
        await server.SetAsync(fence, fence);
        await SubscribeAsync(fence);
        List<string> names = [];
        while (true)
        {
            var response = await ReadAsync();
            if (response.Names.Contains(fence))
            {
                return names;
            }

            names.AddRange(response.Names);
        }
    }
}
