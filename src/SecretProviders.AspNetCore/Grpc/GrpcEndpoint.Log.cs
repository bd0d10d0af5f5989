using Microsoft.Extensions.Logging;
using SecretProviders.Xds;

namespace SecretProviders.AspNetCore.Grpc;

internal sealed partial class GrpcEndpoint
{
    [LoggerMessage(3100, LogLevel.Information, "{Path} for {Peer} on connection {Connection} ended with {Status}: {Detail}", EventName = "CallRefused")]
    private static partial void CallRefused(ILogger logger, string path, string peer, string connection, GrpcStatusCode status, string detail);

    [LoggerMessage(3101, LogLevel.Error, "{Path} for connection {Connection} failed.", EventName = "CallFailed")]
    private static partial void CallFailed(ILogger logger, string path, string connection, Exception exception);
}
