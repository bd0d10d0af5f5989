using Google.Protobuf;

namespace SecretProviders.Xds.Grpc;

/// <summary>One method of a service, as the client calls it.</summary>
/// <param name="service">The service's full name, with its package.</param>
/// <param name="name">The method's name.</param>
/// <param name="responses">Parses responses.</param>
internal sealed class GrpcMethod<TRequest, TResponse>(string service, string name, MessageParser<TResponse> responses)
    where TRequest : IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public string Path { get; } = $"/{service}/{name}";

    public MessageParser<TResponse> Responses { get; } = responses;
}
