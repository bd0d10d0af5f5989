using System.Globalization;
using SecretProviders.Xds;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Core;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Load.Serving;

/// <summary>
/// Opens streams from within before anybody else may, so that code is compiled and pools are filled: "ready" then means
/// that the first client is served as fast as the thousandth. Its names are its own; the measured ones stay unknown.
/// </summary>
internal static class WarmUp
{
    private const string Service = "envoy.service.secret.v3.SecretDiscoveryService";
    private const int Streams = 150;
    private const int Changes = 3;

    private static readonly GrpcMethod<DiscoveryRequest, DiscoveryResponse> StreamSecrets = new(Service, "StreamSecrets", DiscoveryResponse.Parser);
    private static readonly GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse> DeltaSecrets = new(Service, "DeltaSecrets", DeltaDiscoveryResponse.Parser);

    public static async Task RunAsync(string unix, MarkedSecrets secrets, CancellationToken cancellationToken)
    {
        using var channel = new GrpcChannel($"unix:{unix}");
        string[] names = [.. Enumerable.Range(0, Streams).Select(static i => string.Create(CultureInfo.InvariantCulture, $"warm-up-{i}"))];
        Array.ForEach(names, name => secrets.Set(name));
        await Task.WhenAll(names.Select(name => StateOfTheWorldAsync(channel, secrets, name, cancellationToken)));
        await Task.WhenAll(names.Select(name => DeltaAsync(channel, secrets, name, cancellationToken)));
        Array.ForEach(names, name => secrets.Remove(name));
    }

    private static async Task StateOfTheWorldAsync(GrpcChannel channel, MarkedSecrets secrets, string name, CancellationToken cancellationToken)
    {
        await using var call = channel.Start(StreamSecrets, cancellationToken: cancellationToken);
        await call.WriteAsync(new DiscoveryRequest { Node = new Node { Id = name }, ResourceNames = { name } });
        for (var i = 0; i < Changes; i++)
        {
            var response = await call.ReadAsync() ?? throw Ended();
            await call.WriteAsync(new DiscoveryRequest { ResourceNames = { name }, ResponseNonce = response.Nonce, VersionInfo = response.VersionInfo });
            secrets.Touch(name);
        }
    }

    private static async Task DeltaAsync(GrpcChannel channel, MarkedSecrets secrets, string name, CancellationToken cancellationToken)
    {
        await using var call = channel.Start(DeltaSecrets, cancellationToken: cancellationToken);
        await call.WriteAsync(new DeltaDiscoveryRequest { Node = new Node { Id = name }, ResourceNamesSubscribe = { name } });
        for (var i = 0; i < Changes; i++)
        {
            var response = await call.ReadAsync() ?? throw Ended();
            await call.WriteAsync(new DeltaDiscoveryRequest { ResponseNonce = response.Nonce });
            secrets.Touch(name);
        }
    }

    private static GrpcException Ended() => new(GrpcStatusCode.Internal, "The server ended a stream during the warm-up.");
}
