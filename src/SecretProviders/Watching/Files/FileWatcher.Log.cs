using Microsoft.Extensions.Logging;

namespace SecretProviders.Watching;

/// <content>Log events 1080 to 1089.</content>
public sealed partial class FileWatcher
{
    [LoggerMessage(1080, LogLevel.Warning,
        "Changes of some watched files are not announced ({Reason}); they are seen by looking every {Poll}. LimitReached: raise fs.inotify.max_user_instances or max_user_watches. Denied: let this process read the folder.",
        EventName = "FilesNotWatched")]
    private static partial void LogNotWatched(ILogger logger, DirectoryWatchFailure reason, TimeSpan poll);

    [LoggerMessage(1081, LogLevel.Warning,
        "The operating system lost file events; all watched files are read again. Raise fs.inotify.max_queued_events if this comes back. Further losses are not logged.",
        EventName = "FileEventsLost")]
    private static partial void LogEventsLost(ILogger logger);

    [LoggerMessage(1082, LogLevel.Error, "Reading watched files failed in an unforeseen way; they are read again at the next change or poll.", EventName = "FileReaderFailed")]
    private static partial void LogReaderFailed(ILogger logger, Exception exception);
}
