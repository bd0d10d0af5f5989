using Microsoft.Extensions.Logging;

namespace SecretProviders.Aggregation;

internal static partial class AggregateLog
{
    [LoggerMessage(100, LogLevel.Debug, "'{Name}' is {Status} (version {Version}). {Reason}", EventName = "Published")]
    public static partial void Published(ILogger logger, string name, SecretStatus status, string version, string reason);

    [LoggerMessage(101, LogLevel.Error, "Source '{Source}' has a defect at '{Reference}': {Defect}. It counts as unavailable and is started again; report it to its author.", EventName = "SourceDefect")]
    public static partial void SourceDefect(ILogger logger, string source, SecretReference reference, string defect);

    [LoggerMessage(102, LogLevel.Warning, "'{Name}' was held for its trust for {Hold} and is published without it: {Missing} cannot verify it.", EventName = "GroupHoldEnded")]
    public static partial void GroupHoldEnded(ILogger logger, string name, string missing, TimeSpan hold);

    [LoggerMessage(103, LogLevel.Information, "Routes were replaced: revision {Revision}, {Count} routes.", EventName = "RoutesReplaced")]
    public static partial void RoutesReplaced(ILogger logger, long revision, int count);

    [LoggerMessage(104, LogLevel.Warning, "'{Name}': {Problem}", EventName = "NameTroubled")]
    public static partial void NameTroubled(ILogger logger, string name, SecretProblem problem);

    [LoggerMessage(105, LogLevel.Information, "'{Name}' is well again.", EventName = "NameHealed")]
    public static partial void NameHealed(ILogger logger, string name);

    [LoggerMessage(106, LogLevel.Warning, "Consumer '{Consumer}' rejected version {Version} of '{Name}': {Detail}", EventName = "Rejected")]
    public static partial void Rejected(ILogger logger, string consumer, string version, string name, string detail);

    [LoggerMessage(107, LogLevel.Debug, "A new version of '{Name}' waits up to {Hold} for its trust: {Missing} cannot verify it yet.", EventName = "GroupHeld")]
    public static partial void GroupHeld(ILogger logger, string name, string missing, TimeSpan hold);

    [LoggerMessage(108, LogLevel.Error, "'{Name}' could not be decided when its time came; what is published stays.", EventName = "DecisionFailed")]
    public static partial void DecisionFailed(ILogger logger, string name, Exception exception);
}
