namespace SecretProviders.Vault.Tests.Server.Auth;

/// <summary>A token that the fake gave.</summary>
internal sealed class FakeToken
{
    public required string Id { get; init; }

    public required string Accessor { get; init; }

    public required string Namespace { get; init; }

    public required string[] Policies { get; init; }

    public required DateTimeOffset Issued { get; init; }

    /// <summary>How long it lives after its creation; null for ever.</summary>
    public required TimeSpan? Ttl { get; init; }

    /// <summary>The longest life from its creation on.</summary>
    public TimeSpan? MaxTtl { get; init; }

    public TimeSpan? ExplicitMaxTtl { get; init; }

    public TimeSpan? Period { get; init; }

    public bool Renewable { get; init; }

    public bool IsBatch { get; init; }

    public bool Orphan { get; init; }

    public string Path { get; init; } = "auth/token/create";

    public string DisplayName { get; init; } = "token";

    public string EntityId { get; init; } = string.Empty;

    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>The identity of the client certificate with which it was got, or null.</summary>
    public string? Certificate { get; init; }

    public FakeToken? Parent { get; init; }

    public int Uses { get; set; }

    public DateTimeOffset? Expires { get; set; }

    public DateTimeOffset? Renewed { get; set; }

    public TimeSpan? Increment { get; set; }

    public int Renewals { get; set; }
}
