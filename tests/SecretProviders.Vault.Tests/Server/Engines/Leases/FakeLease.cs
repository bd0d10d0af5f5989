using SecretProviders.Vault.Tests.Server.Auth;

namespace SecretProviders.Vault.Tests.Server.Engines.Leases;

/// <summary>What an engine of the fake gave for a while.</summary>
internal sealed class FakeLease
{
    public required string Id { get; init; }

    /// <summary>The token that asked for it, and with which it ends.</summary>
    public required FakeToken Token { get; init; }

    public required DateTimeOffset Issued { get; init; }

    public required TimeSpan Ttl { get; init; }

    public TimeSpan? MaxTtl { get; init; }

    public required bool Renewable { get; init; }

    public required DateTimeOffset Expires { get; set; }

    public DateTimeOffset? Renewed { get; set; }

    public int Renewals { get; set; }

    /// <summary>What the engine does when it is taken back.</summary>
    public Action? Revoked { get; init; }
}
