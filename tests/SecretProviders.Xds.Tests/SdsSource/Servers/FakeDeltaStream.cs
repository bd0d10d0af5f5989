using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>The incremental variant. What is not there is removed; what the client says to have is not sent again.</summary>
internal sealed class FakeDeltaStream(FakeSdsServer server, GrpcServerCall call) : FakeSdsStream(server, call)
{
    protected override void Take(System.Buffers.ReadOnlySequence<byte> request)
    {
        var message = Note(DeltaDiscoveryRequest.Parser.ParseFrom(request), static message => message.ResponseNonce);
        foreach (var name in message.ResourceNamesUnsubscribe)
        {
            Sent.TryRemove(name, out _);
        }

        foreach (var name in message.ResourceNamesSubscribe)
        {
            Sent[name] = message.InitialResourceVersions.TryGetValue(name, out var held) ? held : null;
        }
    }

    protected override async Task SendDueAsync()
    {
        foreach (var (name, sent) in Sent)
        {
            var found = Server.Find(name);
            var version = found?.Version ?? string.Empty;
            if (version == sent || Server.RefusalOf([name]) is not null || !Sent.TryUpdate(name, version, sent))
            {
                continue;
            }

            var response = new DeltaDiscoveryResponse { Nonce = NextNonce(), TypeUrl = SecretTypes.SecretUrl };
            if (found is { } secret)
            {
                response.Resources.Add(new Resource { Name = name, Version = version, Resource_ = secret.Resource });
            }
            else
            {
                response.RemovedResources.Add(name);
            }

            await SendAsync(response);
        }
    }
}
