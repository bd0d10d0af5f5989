using Microsoft.Extensions.Logging;

namespace SecretProviders.Vault.Auth;

internal sealed partial class VaultSession
{
    [LoggerMessage(2701, LogLevel.Information, "Source '{Source}' logged in by {Method}; its token lives {Ttl} (renewable: {Renewable}).", EventName = "VaultLoggedIn")]
    private static partial void LoggedIn(ILogger logger, string source, string method, TimeSpan? ttl, bool renewable);

    [LoggerMessage(2702, LogLevel.Warning, "Source '{Source}' cannot log in: {Problem}", EventName = "VaultLoginFailed")]
    private static partial void LoginFailed(ILogger logger, string source, string problem);

    [LoggerMessage(2703, LogLevel.Information, "Source '{Source}' logs in again, since its token is not renewed: {Problem}", EventName = "VaultRenewalRefused")]
    private static partial void RenewalRefused(ILogger logger, string source, string problem);

    [LoggerMessage(2704, LogLevel.Debug, "Source '{Source}' could not renew its token and tries again: {Problem}", EventName = "VaultRenewalFailed")]
    private static partial void RenewalFailed(ILogger logger, string source, string problem);

    [LoggerMessage(2705, LogLevel.Warning, "The token of source '{Source}', from {Method}, lapsed, was revoked or is used up; it logs in again.", EventName = "VaultTokenLost")]
    private static partial void TokenLost(ILogger logger, string source, string method);
}
