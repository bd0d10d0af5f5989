using Microsoft.Extensions.Logging;

namespace SecretProviders.Sds;

internal sealed partial class StreamLog
{
    [LoggerMessage(2300, LogLevel.Warning, "Source '{Source}' refused a part of what {Server} sent: {Reason}", EventName = "SdsResponseRefused")]
    private static partial void ResponseRefused(ILogger logger, string source, string server, string reason);

    [LoggerMessage(2301, LogLevel.Warning, "Source '{Source}' got '{Name}' from {Server}, which it did not ask for, and ignores it and the like.", EventName = "SdsForeignName")]
    private static partial void ForeignName(ILogger logger, string source, string server, string name);

    [LoggerMessage(2302, LogLevel.Information, "Source '{Source}' asks for {Leaving} names apart from {Staying} others, since {Server} ended their stream because of one of them: {Status}", EventName = "SdsStreamSplit")]
    private static partial void StreamSplit(ILogger logger, string source, string server, string status, int leaving, int staying);

    [LoggerMessage(2303, LogLevel.Warning, "Source '{Source}' slows down, since {Server} says the same again and again.", EventName = "SdsServerRepeats")]
    private static partial void ServerRepeats(ILogger logger, string source, string server);

    [LoggerMessage(2304, LogLevel.Error, "Source '{Source}' opens a stream anew, since it failed in a way that nobody thought of.", EventName = "SdsStreamFailed")]
    private static partial void StreamFailed(ILogger logger, string source, Exception exception);
}
