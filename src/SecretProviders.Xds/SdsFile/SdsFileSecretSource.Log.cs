using Microsoft.Extensions.Logging;

namespace SecretProviders.SdsFile;

internal sealed partial class SdsFileSecretSource
{
    [LoggerMessage(2400, LogLevel.Debug, "Source '{Source}' read '{Path}': {Count} secrets.", EventName = "SdsFileRead")]
    private static partial void FileRead(ILogger logger, string source, string path, int count);
}
