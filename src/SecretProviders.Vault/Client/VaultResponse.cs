using System.Collections.Immutable;

namespace SecretProviders.Vault.Client;

/// <summary>An answer in Vault's own words: 2xx, or a 4xx that says something about the question.</summary>
internal sealed record VaultResponse
{
    /// <summary>Gets the HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>Gets the server that answered, for messages.</summary>
    public required string Server { get; init; }

    /// <summary>Gets the whole body.</summary>
    public required SensitiveBytes Body { get; init; }

    /// <summary>Gets the token with which a session asked, or null.</summary>
    public SensitiveBytes? AskedWith { get; init; }

    /// <summary>Gets Vault's number of the request, for its audit log; null or empty when it gave none.</summary>
    public string? RequestId { get; init; }

    /// <summary>Gets the lease of what was read, or the empty text.</summary>
    public string LeaseId { get; init; } = string.Empty;

    /// <summary>Gets a value indicating whether the lease can be renewed.</summary>
    public bool Renewable { get; init; }

    /// <summary>Gets the length of the lease; zero for none.</summary>
    public TimeSpan LeaseDuration { get; init; }

    /// <summary>Gets the JSON of <c>data</c>, a part of <see cref="Body"/>; empty when it is null or absent.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Gets the token that was given, or null.</summary>
    public VaultGrant? Auth { get; init; }

    /// <summary>Gets Vault's messages about what went wrong.</summary>
    public ImmutableArray<string> Errors { get; init; } = [];

    /// <summary>Gets Vault's messages about what should be different.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Gets how long Vault asks us to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets a value indicating whether the question was answered with yes.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Returns the server and the status, and no content.</summary>
    public override string ToString() => $"{Status} of {Server}";
}
