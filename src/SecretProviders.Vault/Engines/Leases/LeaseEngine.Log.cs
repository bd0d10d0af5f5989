using Microsoft.Extensions.Logging;

namespace SecretProviders.Vault.Engines.Leases;

internal sealed partial class LeaseEngine
{
    [LoggerMessage(2720, LogLevel.Information, "The lease of '{Reference}' of source '{Source}' is not renewed; something new is asked for: {Problem}", EventName = "VaultLeaseNotRenewed")]
    private static partial void NotRenewed(ILogger logger, string source, SecretReference reference, string problem);
}
