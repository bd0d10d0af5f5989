using Microsoft.Extensions.Logging;

namespace SecretProviders.DevelopmentCa;

internal sealed partial class DevelopmentCaSecretSource
{
    [LoggerMessage(2200, LogLevel.Information, "Source '{Source}' is a development CA, made now and gone with this process; its certificate has the SHA-256 {Digest}. Never trust it in production.", EventName = "DevelopmentCaStarted")]
    private static partial void Started(ILogger logger, string source, string digest);

    [LoggerMessage(2201, LogLevel.Warning, "Source '{Source}' serves {MaxNames} names already and denies more; raise 'maxNames', or watch fewer names.", EventName = "DevelopmentCaFull")]
    private static partial void Full(ILogger logger, string source, int maxNames);
}
