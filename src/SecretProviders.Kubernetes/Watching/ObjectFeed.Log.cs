using Microsoft.Extensions.Logging;

namespace SecretProviders.Kubernetes.Watching;

/// <content>Log events 2610 to 2619.</content>
internal sealed partial class ObjectFeed
{
    [LoggerMessage(2610, LogLevel.Warning, "{Remedy}", EventName = "KubernetesDenied")]
    private static partial void LogDenied(ILogger logger, string remedy);

    [LoggerMessage(2611, LogLevel.Information,
        "It is not permitted to watch all {Selection}; what is asked for is watched in smaller parts, until it is.",
        EventName = "KubernetesNarrowed", SkipEnabledCheck = true)]
    private static partial void LogNarrowed(ILogger logger, string selection);
}
