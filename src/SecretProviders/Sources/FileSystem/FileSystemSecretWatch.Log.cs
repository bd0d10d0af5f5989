using Microsoft.Extensions.Logging;

namespace SecretProviders.FileSystem;

/// <content>Log events 2000 to 2009.</content>
internal sealed partial class FileSystemSecretWatch
{
    private static void LogRead(ILogger logger, SecretReference reference, string place, string? generation, SecretState state)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogRead(logger, reference, place, generation ?? "none", state.GetType().Name);
        }
    }

    [LoggerMessage(2000, LogLevel.Debug, "'{Reference}' was read from '{Place}' (generation: {Generation}): {State}.", EventName = "FilesRead", SkipEnabledCheck = true)]
    private static partial void LogRead(ILogger logger, SecretReference reference, string place, string generation, string state);

    [LoggerMessage(2001, LogLevel.Warning,
        "The files of '{Reference}' change faster than they can be read; what was read before stays in use. Write them once, beside their place, and move them there.",
        EventName = "FilesKeepChanging")]
    private static partial void LogKeepsChanging(ILogger logger, SecretReference reference);
}
