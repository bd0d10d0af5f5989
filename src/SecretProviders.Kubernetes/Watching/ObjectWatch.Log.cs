using Microsoft.Extensions.Logging;

namespace SecretProviders.Kubernetes.Watching;

/// <content>Log events 2600 to 2609.</content>
internal sealed partial class ObjectWatch
{
    private static void LogLost(ILogger logger, string selection, WatchStep next, SecretState state)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogLost(logger, selection, state is SecretState.Unavailable unavailable ? unavailable.Error : state.GetType().Name, next);
        }
    }

    [LoggerMessage(2600, LogLevel.Debug, "The watch of {Selection} was lost; next: {Next}. {Error}", EventName = "KubernetesWatchLost", SkipEnabledCheck = true)]
    private static partial void LogLost(ILogger logger, string selection, string error, WatchStep next);

    [LoggerMessage(2601, LogLevel.Debug, "All {Selection} were read by {Step}; they are watched from version {Version}.", EventName = "KubernetesListed")]
    private static partial void LogSynced(ILogger logger, string selection, WatchStep step, string version);
}
