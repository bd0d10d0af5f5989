using Microsoft.Extensions.Logging;

namespace SecretProviders.Xds;

public sealed partial class SecretDiscoverySession
{
    [LoggerMessage(3001, LogLevel.Error, "'{Name}' cannot be served: {Problem}", EventName = "SecretUnservable")]
    private static partial void Unservable(ILogger logger, string name, string problem);

    [LoggerMessage(3002, LogLevel.Error, "The provider's stream for {Connection} failed.", EventName = "ProviderFailed")]
    private static partial void ProviderFailed(ILogger logger, string connection, Exception exception);
}
