using Microsoft.Extensions.Logging;

namespace SecretProviders.Vault.Client;

internal sealed partial class VaultClient
{
    [LoggerMessage(2700, LogLevel.Information, "Source '{Source}' is answered by {Address} now.", EventName = "VaultAddressChanged")]
    private static partial void AddressChanged(ILogger logger, string source, Uri address);
}
