using Google.Protobuf;
using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Discovery;
using TlsMessages = SecretProviders.Xds.Protos.Tls;

namespace SecretProviders.AspNetCore.Tests;

/// <summary>The methods as a client sees them, and the messages that clients send.</summary>
internal static class SdsMethods
{
    public const string Service = "envoy.service.secret.v3.SecretDiscoveryService";

    public const string SecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    public static GrpcMethod<DiscoveryRequest, DiscoveryResponse> StreamSecrets { get; } = new(Service, "StreamSecrets", DiscoveryResponse.Parser);

    public static GrpcMethod<DeltaDiscoveryRequest, DeltaDiscoveryResponse> DeltaSecrets { get; } = new(Service, "DeltaSecrets", DeltaDiscoveryResponse.Parser);

    public static GrpcMethod<DiscoveryRequest, DiscoveryResponse> FetchSecrets { get; } = new(Service, "FetchSecrets", DiscoveryResponse.Parser);

    public static DiscoveryRequest Ask(params string[] names) =>
        new() { Node = new() { Id = "node-1", Cluster = "edge" }, TypeUrl = SecretType, ResourceNames = { names } };

    public static DiscoveryRequest Acknowledge(DiscoveryResponse response, params string[] names) =>
        new() { TypeUrl = SecretType, VersionInfo = response.VersionInfo, ResponseNonce = response.Nonce, ResourceNames = { names } };

    public static DiscoveryRequest Refuse(DiscoveryResponse response, string reason, params string[] names) =>
        new() { TypeUrl = SecretType, ResponseNonce = response.Nonce, ResourceNames = { names }, ErrorDetail = new() { Code = 3, Message = reason } };

    public static TlsMessages.Secret Secret(DiscoveryResponse response) => TlsMessages.Secret.Parser.ParseFrom(Assert.Single(response.Resources).Value);

    public static string Text(DiscoveryResponse response) => Secret(response).GenericSecret.Secret.InlineBytes.ToStringUtf8();

    /// <summary>Opens a stream that holds one version of a name and has acknowledged it.</summary>
    public static async Task<GrpcCall<DiscoveryRequest, DiscoveryResponse>> HoldAsync(GrpcChannel channel, string name)
    {
        var call = channel.Start(StreamSecrets);
        await call.WriteAsync(Ask(name));
        await call.WriteAsync(Acknowledge((await call.ReadAsync())!, name));
        return call;
    }

    /// <summary>Frames a message as gRPC does.</summary>
    public static byte[] Message(IMessage message) => RawGrpcClient.Frame(0, message.ToByteArray());

    public static GenericSecret Generic(string text) => new(SensitiveBytes.Copy(ByteString.CopyFromUtf8(text).Span));
}
