namespace SecretProviders.Vault.Client;

/// <summary>What the codes of <c>sys/health</c> say about a server (Vault API). Pure.</summary>
internal static class VaultNodeHealth
{
    /// <summary>Describes a server by the status of its health, or returns null when it says nothing.</summary>
    /// <param name="status">The HTTP status.</param>
    public static string? Describe(int status) => status switch
    {
        200 => "is active, but cannot answer",
        429 => "is a standby that reaches no active server; wait for an election, or add the other servers to the addresses",
        472 => "is a disaster recovery secondary, which answers nobody; name the primary",
        473 => "is a performance standby that cannot answer this",
        474 => "is a standby that lost its active server",
        501 => "is not initialised; initialise it",
        503 => "is sealed; unseal it",
        530 => "was removed from its cluster; take it out of the addresses",
        _ => null,
    };
}
