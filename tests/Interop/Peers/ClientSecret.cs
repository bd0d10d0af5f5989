namespace SecretProviders.Interop.Tests;

/// <summary>One secret that a client received.</summary>
internal sealed record ClientSecret
{
    public string Name { get; init; } = string.Empty;

    public string Version { get; init; } = string.Empty;

    public string? Chain { get; init; }

    public string? Key { get; init; }

    public string? Trust { get; init; }

    public string? Value { get; init; }
}
