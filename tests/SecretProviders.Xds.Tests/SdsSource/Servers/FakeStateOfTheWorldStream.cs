using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Xds.Mapping;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>The variant that lists all names. One secret per response; says nothing about what is not there.</summary>
internal sealed class FakeStateOfTheWorldStream(FakeSdsServer server, GrpcServerCall call) : FakeSdsStream(server, call)
{
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);
    protected override void Take(System.Buffers.ReadOnlySequence<byte> request)
    {
        var message = Note(DiscoveryRequest.Parser.ParseFrom(request), static message => message.ResponseNonce);
        foreach (var name in Sent.Keys.Except(message.ResourceNames))
        {
            Sent.TryRemove(name, out _);
        }

        foreach (var name in message.ResourceNames)
        {
            Sent.TryAdd(name, Server.ForgetsNothing ? _given.GetValueOrDefault(name) : null);
        }
    }

    protected override async Task SendDueAsync()
    {
        foreach (var (name, sent) in Sent)
        {
            if (Server.Find(name) is { } found && found.Version != sent && Server.RefusalOf([name]) is null)
            {
                _given[name] = found.Version;
                Sent.TryUpdate(name, found.Version, sent);
                await SendAsync(new DiscoveryResponse
                {
                    VersionInfo = found.Version,
                    Nonce = NextNonce(),
                    TypeUrl = SecretTypes.SecretUrl,
                    Resources = { found.Resource },
                });
            }
        }
    }
}
