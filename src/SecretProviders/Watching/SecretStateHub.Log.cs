using Microsoft.Extensions.Logging;

namespace SecretProviders;

public abstract partial class SecretStateHub
{
    [LoggerMessage(1000, LogLevel.Warning, "Source '{Source}' does not answer; what it found before stays in use. '{Reference}': {Error}", EventName = "SourceStale")]
    private static partial void BecameStale(ILogger logger, string source, SecretReference reference, string error);

    [LoggerMessage(1001, LogLevel.Information, "Source '{Source}' answers again.", EventName = "SourceAnswers")]
    private static partial void Answers(ILogger logger, string source);

    [LoggerMessage(1002, LogLevel.Error, "Source '{Source}' failed to release '{Reference}': {Error}", EventName = "SourceReleaseFailed")]
    private protected static partial void ReleaseFailed(ILogger logger, string source, SecretReference reference, string error);

    [LoggerMessage(1003, LogLevel.Error, "Source '{Source}' has a defect at '{Reference}': {Defect}. It is read on all the same; report it to its author.", EventName = "SourceMisbehaved")]
    private protected static partial void Misbehaved(ILogger logger, string source, SecretReference reference, string defect);
}
