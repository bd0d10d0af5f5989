using SecretProviders.Testing;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Discovery;
using TlsMessages = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.Benchmarks;

/// <summary>An SDS client that holds one certificate, acknowledges each version, and notes when it came.</summary>
internal sealed class SdsArrivals : IAsyncDisposable
{
    private const string SecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
    private static readonly GrpcMethod<DiscoveryRequest, DiscoveryResponse> StreamSecrets =
        new("envoy.service.secret.v3.SecretDiscoveryService", "StreamSecrets", DiscoveryResponse.Parser);

    private readonly Arrivals _arrivals = new();
    private readonly GrpcChannel _channel;
    private readonly GrpcCall<DiscoveryRequest, DiscoveryResponse> _call;
    private readonly string _name;
    private Task _reading = Task.CompletedTask;

    private SdsArrivals(string socket, string name)
    {
        _name = name;
        _channel = new GrpcChannel($"unix:{socket}");
        _call = _channel.Start(StreamSecrets);
    }

    /// <summary>Asks for a certificate and returns once it is there.</summary>
    public static async Task<SdsArrivals> StartAsync(string socket, string name)
    {
        var client = new SdsArrivals(socket, name);
        await client._call.WriteAsync(new() { Node = new() { Id = "benchmark" }, TypeUrl = SecretType, ResourceNames = { name } });
        await client.ReadOneAsync();
        client._reading = client.ReadAsync();
        return client;
    }

    public Task<long> WhenSeen(TestCertificate certificate) => _arrivals.WhenSeen(certificate);

    public async ValueTask DisposeAsync()
    {
        await _call.DisposeAsync();
        _channel.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync()
    {
        while (await ReadOneAsync())
        {
        }
    }

    private async Task<bool> ReadOneAsync()
    {
        if (await _call.ReadAsync() is not { } response)
        {
            return false;
        }

        foreach (var resource in response.Resources)
        {
            _arrivals.See(TlsMessages.Secret.Parser.ParseFrom(resource.Value).TlsCertificate.CertificateChain.InlineBytes.ToBase64());
        }

        return await _call.WriteAsync(new() { TypeUrl = SecretType, VersionInfo = response.VersionInfo, ResponseNonce = response.Nonce, ResourceNames = { _name } });
    }
}
