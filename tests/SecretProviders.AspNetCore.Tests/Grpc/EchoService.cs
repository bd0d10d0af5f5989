using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using SecretProviders.AspNetCore.Grpc;
using SecretProviders.Xds.Grpc;

namespace SecretProviders.AspNetCore.Tests.Grpc;

/// <summary>A service beside SDS, with a handler that the test writes.</summary>
internal static class EchoService
{
    private const int MaxMessageSize = 4 * 1024 * 1024;

    public static GrpcMethod<StringValue, StringValue> Method(string name) => new("test.Service", name, StringValue.Parser);

    public static Task<SdsServer> StartAsync(string method, GrpcHandler handler, string? socketPath = null) =>
        SdsServer.StartAsync(map: app => app.MapGrpc($"/test.Service/{method}", MaxMessageSize, handler), socketPath: socketPath);

    public static async Task EchoAsync(GrpcServerCall call)
    {
        while (await EchoOnceAsync(call))
        {
        }
    }

    public static async Task<bool> EchoOnceAsync(GrpcServerCall call)
    {
        if (await call.ReadAsync(call.CancellationToken) is not { } request)
        {
            return false;
        }

        var message = StringValue.Parser.ParseFrom(request);
        return await call.WriteAsync(message.CalculateSize(), message, static (value, writer) => value.WriteTo(writer), call.CancellationToken);
    }
}
