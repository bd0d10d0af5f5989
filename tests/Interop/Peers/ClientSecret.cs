namespace SecretProviders.Interop.Tests;

/// <summary>One secret that a client received.</summary>
internal sealed record ClientSecret
{
    public string Name { get; init; } = string.Empty;

    public string Version { get; init; } = string.Empty;

    public string? Chain { get; init; }

    public string? Key { get; init; }

    public string? Trust { get; init; }

    /// <summary>Gets the bundles of a SPIFFE validator, by trust domain; only the client of the Node.js world reads them.</summary>
    public Dictionary<string, string>? Domains { get; init; }

    public string? Value { get; init; }
}
