namespace SecretProviders.Interop.Tests;

/// <summary>One line that a client printed.</summary>
internal sealed record ClientEvent
{
    public string Event { get; init; } = string.Empty;

    public string? Name { get; init; }

    public string? Version { get; init; }

    public string? Nonce { get; init; }

    public string? Chain { get; init; }

    public string? Key { get; init; }

    public string? Trust { get; init; }

    public string? Value { get; init; }

    public int? Code { get; init; }

    public string? Details { get; init; }
}
