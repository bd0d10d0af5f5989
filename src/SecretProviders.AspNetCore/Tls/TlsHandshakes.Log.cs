using Microsoft.Extensions.Logging;

namespace SecretProviders.AspNetCore.Tls;

internal sealed partial class TlsHandshakes
{
    [LoggerMessage(3103, LogLevel.Warning, "Handshakes of {Peer} are refused: the secret '{Name}' {Problem}.", EventName = "HandshakeImpossible")]
    private static partial void HandshakeImpossible(ILogger logger, string peer, string name, string problem);

    [LoggerMessage(3104, LogLevel.Warning, "{Peer} is refused: {Problem}; clients are judged by the secret '{ClientCa}'.", EventName = "ClientRefused")]
    private static partial void ClientRefused(ILogger logger, string peer, string problem, string clientCa);
}
