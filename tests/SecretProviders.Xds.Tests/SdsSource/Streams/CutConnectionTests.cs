using SecretProviders.Xds.Grpc;
using SecretProviders.Xds.Protos.Discovery;

namespace SecretProviders.Xds.Tests.SdsSource;

/// <summary>A connection may be cut at any moment: every call on it ends, and it does not count as alive any more.</summary>
public sealed class CutConnectionTests
{
    private static readonly GrpcMethod<DiscoveryRequest, DiscoveryResponse> Method =
        new("envoy.service.secret.v3.SecretDiscoveryService", "StreamSecrets", DiscoveryResponse.Parser);

    [Fact]
    public async Task Call_ends_whenever_its_connection_is_cut_and_the_channel_knows()
    {
        const int Cuts = 100;
        await using var server = await FakeSdsServer.StartAsync();
        var path = Path.Combine(server.Folder, "proxy.sock");
        await using var proxy = new SocketProxy(path, server.SocketPath);
        using var channel = new GrpcChannel($"unix:{path}");
        server.Put("token", new GenericSecret(SensitiveBytes.Copy("x"u8)));
        for (var cut = 0; cut < Cuts; cut++)
        {
            await using var call = channel.Start(Method);
            await call.WriteAsync(new DiscoveryRequest { ResourceNames = { "token" } });
            var ending = ConverseAsync(call);
            for (var wait = 0; wait < cut; wait++)
            {
                await Task.Yield();
            }

            while (!ending.IsCompleted)
            {
                proxy.Turn(ProxyMode.Closed);
                await Task.Delay(1);
            }

            Assert.Equal(GrpcStatusCode.Unavailable, await ending);
            Assert.False(channel.Connected.IsCompleted);
            proxy.Turn(ProxyMode.Open);
        }
    }

    [Fact]
    public async Task Connection_on_which_nothing_was_heard_is_none()
    {
        await using var server = await FakeSdsServer.StartAsync();
        var path = Path.Combine(server.Folder, "proxy.sock");
        await using var proxy = new SocketProxy(path, server.SocketPath);
        proxy.Turn(ProxyMode.Silent);
        using var channel = new GrpcChannel($"unix:{path}");
        await using var call = channel.Start(Method);

        Assert.True(await call.WriteAsync(new DiscoveryRequest { ResourceNames = { "token" } }));

        Assert.False(channel.Connected.IsCompleted);
    }

    private static async Task<GrpcStatusCode> ConverseAsync(GrpcCall<DiscoveryRequest, DiscoveryResponse> call)
    {
        try
        {
            while (await call.ReadAsync() is { } response)
            {
                await call.WriteAsync(new DiscoveryRequest { ResourceNames = { "token" }, ResponseNonce = response.Nonce, VersionInfo = response.VersionInfo });
            }

            return GrpcStatusCode.OK;
        }
        catch (GrpcException exception)
        {
            return exception.Status.Code;
        }
    }
}
