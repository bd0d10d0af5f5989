using Microsoft.Extensions.Logging;

namespace SecretProviders.Spiffe;

internal sealed partial class SpiffeSecretSource
{
    [LoggerMessage(2500, LogLevel.Warning, "Source '{Source}': {Problem}", EventName = "WorkloadApiRefused")]
    internal static partial void Refused(ILogger logger, string source, string problem);

    [LoggerMessage(2501, LogLevel.Warning, "Source '{Source}' was sent something unsound and keeps what was good. {Problem}", EventName = "WorkloadAnswerUnsound")]
    internal static partial void UnsoundAnswer(ILogger logger, string source, string problem);
}
