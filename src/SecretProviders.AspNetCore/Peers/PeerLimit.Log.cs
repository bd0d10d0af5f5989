using Microsoft.Extensions.Logging;

namespace SecretProviders.AspNetCore.Peers;

internal sealed partial class PeerLimit
{
    [LoggerMessage(3102, LogLevel.Warning, "Connections of {Peer} are refused: {Refusal}.", EventName = "ConnectionRefused")]
    private static partial void ConnectionRefused(ILogger logger, string peer, string refusal);
}
