using Microsoft.Extensions.Logging;

namespace SecretProviders.Kubernetes.Watching;

/// <content>Log events 2610 to 2619.</content>
internal sealed partial class ObjectFeed
{
    [LoggerMessage(2610, LogLevel.Warning, "{Remedy}", EventName = "KubernetesDenied")]
    private static partial void LogDenied(ILogger logger, string remedy);
}
